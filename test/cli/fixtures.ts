/** Hand-made statuses. */
import type { GatewayStatus, ServerStatus } from '../../src/model/status.ts';

export const server = (serverName: string, more: Partial<ServerStatus> = {}): ServerStatus => ({
  serverName,
  type: 'native',
  state: 'ready',
  since: 0,
  counts: { tools: 1, resources: 0, templates: 0, prompts: 0 },
  noise: { lines: 0, bytes: 0 },
  restarts: 0,
  ...more,
});

export const gateway = (
  servers: readonly ServerStatus[],
  more: Partial<GatewayStatus> = {},
): GatewayStatus => ({
  stack: 'x',
  file: '/x/hive.yaml',
  url: 'http://127.0.0.1:8001/mcp',
  pid: 42,
  engine: 'ready',
  sessions: 1,
  servers,
  troubles: [],
  ignored: [],
  keptOut: [],
  ...more,
});
