/** What `registry_add` and `registry_config_set` answer about a server: its tools, and what they cost. */
import { z } from 'zod';
import type { Entry } from '../../catalogue/entry/entry.ts';
import type { AddedServer } from '../../model/added/added.ts';
import type { Caller } from '../../model/caller.ts';
import { isHeld } from './attempt.ts';
import { offeredBy, viewOf } from './facts/offered.ts';
import { tokensOf } from './facts/rows.ts';
import type { RegistrySource } from './facts/source.ts';

export const addedOutput = z.object({
  name: z.string(),
  entry: z.string(),
  title: z.string(),
  prefix: z.string(),
  kind: z.string(),
  runs: z.string(),
  state: z.string(),
  tools: z.array(z.string()),
  resources: z.int(),
  prompts: z.int(),
  startMs: z.int().optional(),
  schemaBytes: z.int(),
  tokens: z.int(),
  visible: z.enum(['notified', 'withheld', 'not yet']),
  passedOver: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
});

export type AddedOutput = z.output<typeof addedOutput>;

export interface Facts {
  readonly entry: Pick<Entry, 'id' | 'title'>;
  readonly server: AddedServer;
  readonly runs: string;
  readonly isReady: boolean;
  readonly startMs?: number;
  readonly passedOver?: readonly string[];
  readonly notes?: readonly string[];
}

export function answerFor(source: RegistrySource, caller: Caller, facts: Facts): AddedOutput {
  const { entry, server, runs, isReady, startMs, passedOver = [], notes = [] } = facts;
  const { serverName } = server;
  const status = source.status().servers.find((it) => it.serverName === serverName);
  const tools = offeredBy(viewOf(source, caller), serverName);
  const schemaBytes = tools.reduce((sum, { bytes }) => sum + bytes, 0);
  const shown = isHeld(server) ? 'withheld' : isReady ? 'notified' : 'not yet';
  return {
    name: serverName,
    entry: entry.id,
    title: entry.title,
    prefix: status?.prefix ?? serverName,
    kind: String(server.entry.type ?? ('url' in server.entry ? 'remote' : 'native')),
    runs,
    state: status?.state ?? 'starting',
    tools: tools.map(({ name }) => name),
    resources: status?.counts.resources ?? 0,
    prompts: status?.counts.prompts ?? 0,
    ...(startMs !== undefined && { startMs: Math.round(startMs) }),
    schemaBytes,
    tokens: tokensOf(schemaBytes),
    visible: shown,
    ...(passedOver.length > 0 && { passedOver: [...passedOver] }),
    ...(notes.length > 0 && { notes: [...notes] }),
  };
}

/** In the words of the founding document, as far as they are true. */
export function addedText(head: string, it: AddedOutput): string {
  const { name, prefix, kind, runs, state, tools, schemaBytes, tokens, passedOver = [], notes = [] } = it;
  const list =
    it.visible === 'withheld'
      ? [`Its tools are withheld until the owner approves them: npx hive op registry_approve name=${name}`]
      : state === 'ready' || tools.length > 0
        ? [
            'Available tools:',
            ...tools.map((tool) => `  - ${tool}`),
            '',
            'Use `registry_exec` to run tools from this server.',
          ]
        : ['It is not ready yet: ask registry_list {"active":true}, or call registry_add again to wait.'];
  return [
    head,
    '',
    `**Type:** ${kind}`,
    `**Server:** ${name} (${state})`,
    `**Prefix:** ${prefix}`,
    `**Runs:** ${runs}`,
    `**Tools discovered:** ${tools.length} (${schemaBytes} bytes of definitions, about ${tokens} tokens)`,
    ...passedOver.map((why) => `**Not used:** ${why}`),
    '',
    ...list,
    'Use `registry_config_set` to change its configuration.',
    ...notes,
  ].join('\n');
}
