/** `docker_create_server`. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import { SERVER_NAME } from '../../model/text/grammar.ts';
import { operation } from '../operation.ts';
import { putOutput, putServer, putText } from './put-server.ts';
import type { ManagerSource } from './source.ts';
import { wishShape } from './wish.ts';

const input = z.strictObject({
  server_type: z.string().describe('template: agent-mcp, agent-mcp@2'),
  server_name: z.string().regex(SERVER_NAME),
  ...wishShape,
});

export const createServer = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_create_server',
    title: 'Create a server',
    summary: 'Creates an MCP server in a container from a template, starts it, and lists its tools.',
    effect: 'change',
    input,
    output: putOutput,
    async run({ server_type, server_name, dry_run, ...wish }, context) {
      refuseTaken(source, server_name);
      const wanted = { serverName: server_name, serverType: server_type, wish, isDryRun: dry_run };
      return putServer(source, wanted, context);
    },
    text: putText,
  });

/** @throws GatewayError SERVER_EXISTS, LIMIT_REACHED */
function refuseTaken({ status, added, settings }: ManagerSource, serverName: string): void {
  const all = added().all();
  const { servers, off = [] } = status();
  if ([...servers, ...off, ...all].some((it) => it.serverName === serverName))
    throw new GatewayError('SERVER_EXISTS', `there is a server ${serverName} already`, {
      hint: 'choose another name, or change it: docker_update_server',
    });
  const { servers: most = Number.POSITIVE_INFINITY } = settings().max;
  if (all.length >= most)
    throw new GatewayError(
      'LIMIT_REACHED',
      `clients have added ${all.length} servers, and the file allows ${most}`,
      {
        hint: 'remove one with docker_remove_server, or ask the file’s owner for more: `max: { servers }`',
      },
    );
}
