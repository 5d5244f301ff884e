/** A gateway as the operations see it, made of plain data. */
import { mergeCatalog } from '../../../src/catalog/merge.ts';
import { createCatalogStore } from '../../../src/catalog/store.ts';
import { searchMemory } from '../../../src/logs/memory-search.ts';
import type { Caller } from '../../../src/model/caller.ts';
import type { Catalog } from '../../../src/model/catalog.ts';
import type { NamedView } from '../../../src/model/desired.ts';
import type { OperationContext } from '../../../src/model/operation.ts';
import type { GatewayStatus, LogEntry, ServerStatus } from '../../../src/model/status.ts';
import { type CallRecord, isWanted } from '../../../src/model/watch/call-record.ts';
import { gatewayOperations } from '../../../src/operations/gateway/gateway.ts';
import type { GatewaySource } from '../../../src/operations/gateway/gateway-view.ts';
import { createRedact } from '../../../src/secrets/redact.ts';
import { createRunner } from '../../../src/tools/runner.ts';

/** 2026-11-21, 12:00:00 UTC. */
export const NOON = 1_795_262_400_000;

export function server(serverName: string, more: Partial<ServerStatus> = {}): ServerStatus {
  return {
    serverName,
    type: 'native',
    state: 'ready',
    since: NOON,
    counts: { tools: 2, resources: 1, templates: 1, prompts: 0 },
    noise: { lines: 0, bytes: 0 },
    restarts: 0,
    ...more,
  };
}

export const FAILED = server('db', {
  state: 'failed',
  detail: 'failure 3; gave up',
  reason: 'db exited with code 3: DATABASE_URL is not set',
  hint: 'set DATABASE_URL',
  code: 'SERVER_EXITED',
  place: { path: '/hive.yaml', line: 7 },
  counts: { tools: 0, resources: 0, templates: 0, prompts: 0 },
  restarts: 3,
});

export function entry(at: number, text: string, stream: LogEntry['stream'] = 'stderr'): LogEntry {
  return { at: NOON + at, serverName: 'db', stream, text };
}

const STATUS: Omit<GatewayStatus, 'servers'> = {
  stack: 'mine',
  file: '/hive.yaml',
  url: 'http://127.0.0.1:8001/mcp',
  pid: 1,
  engine: 'ready',
  sessions: 1,
  troubles: [],
  ignored: [],
  keptOut: [],
};

export interface Given extends Partial<Pick<GatewaySource, 'plan' | 'sees'>> {
  readonly secrets?: () => readonly string[];
  readonly servers?: readonly ServerStatus[];
  readonly log?: readonly LogEntry[];
  readonly calls?: readonly CallRecord[];
  readonly status?: Partial<GatewayStatus>;
  readonly catalog?: Catalog;
  readonly views?: readonly NamedView[];
}

export const CALLER: Caller = { principal: '', sessionId: '', era: 'modern', profile: '' };
export const CONTEXT: OperationContext = {
  caller: CALLER,
  signal: new AbortController().signal,
  progress: () => {},
};

export function sourceOf(given: Given): GatewaySource {
  return {
    status: () => ({ ...STATUS, servers: given.servers ?? [], ...given.status }),
    logs: (serverName) => (given.log ?? []).filter((it) => it.serverName === serverName),
    searchLogs: async (request) => searchMemory(given.log ?? [], request, Date.now()),
    calls: (filter = {}) => (given.calls ?? []).filter((it) => isWanted(it, filter)),
    plan: given.plan ?? (async () => ''),
    catalog: catalogOf(given),
    redact: createRedact(given.secrets?.() ?? []),
    sees: given.sees ?? (() => true),
  };
}

function catalogOf({ catalog = mergeCatalog([]), views = [] }: Given): GatewaySource['catalog'] {
  const store = createCatalogStore();
  store.setViews(views);
  store.publish(catalog);
  return store;
}

/** Runs an operation with checked input; its output is plain JSON. */
export async function run(given: Given, name: string, input: object = {}, caller = CALLER) {
  const { output, text } = await createRunner(gatewayOperations(sourceOf(given))).run(name, input, {
    ...CONTEXT,
    caller,
  });
  return { output: JSON.parse(JSON.stringify(output)), text };
}
