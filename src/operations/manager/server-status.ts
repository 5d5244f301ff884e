/** `docker_get_server_status`: one server in detail. */
import { z } from 'zod';
import type { AddedServer } from '../../model/added/added.ts';
import type { Operation } from '../../model/operation.ts';
import { describeState, type ServerState } from '../../model/status.ts';
import { findTemplate } from '../../templates/find.ts';
import { operation } from '../operation.ts';
import { type ManagerSource, shownServer } from './source.ts';
import { kindOf } from './states.ts';

const output = z.looseObject({ server_name: z.string(), status: z.string(), state: z.string() });

export const serverStatus = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_get_server_status',
    title: 'Show a server',
    summary: 'Shows one server: state with reason and fix, link, tools, restarts, use of CPU and memory.',
    effect: 'read',
    input: z.strictObject({ server_name: z.string() }),
    output,
    async run({ server_name }, { caller }) {
      const server = shownServer(source, caller, server_name);
      const { state, since, reason, detail, hint, code, link, containerId, restarts, counts, type } = server;
      const found = source
        .added()
        .all()
        .find((it) => it.serverName === server_name);
      const { usages } = await source.usage();
      return {
        server_name,
        status: kindOf(state),
        state,
        managed: type === 'container',
        since: new Date(since).toISOString(),
        ...{ reason, detail, hint, code, link, restarts },
        tools: counts.tools,
        container_id: containerId?.slice(0, 12),
        usage: usages.get(server_name),
        ...(found && (await origin(source, found))),
      };
    },
    text({ server_name, state, reason, code, hint, drift }) {
      const lines = [`${server_name} ${describeState(state as ServerState, reason as string | undefined)}`];
      if (code) lines.push(`code: ${code}`);
      if (hint) lines.push(`fix: ${hint}`);
      if (drift) lines.push(String(drift));
      return lines.join('\n');
    },
  });

/** The template of an added server, and what has changed about it since. */
async function origin(source: ManagerSource, { facts }: AddedServer) {
  const { templates } = await source.templates();
  const now = findTemplate(templates, facts.source);
  const newest = now && findTemplate(templates, now.name);
  const newer = newest && newest.version !== now.version ? newest.version : undefined;
  const isChanged = now !== undefined && now.sha256 !== facts.sha256;
  const drift =
    newer !== undefined
      ? `template ${now?.name} ${now?.version} → ${newer} available: docker_update_server changes to it`
      : isChanged
        ? `template ${facts.source} has changed since: docker_update_server takes it over`
        : undefined;
  return { template: facts.source, sha256: facts.sha256, added_by: facts.by, added: facts.since, drift };
}
