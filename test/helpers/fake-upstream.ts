/** An upstream in memory that does nothing: tests replace the members that they look at. */
import { settled } from '../../src/model/calls.ts';
import type { Inventory } from '../../src/model/catalog.ts';
import { jsonText } from '../../src/model/text/json.ts';
import type { TaskUse } from '../../src/runtime/upstream/requests/running-tasks.ts';
import type { Upstream } from '../../src/runtime/upstream/upstream.ts';

export const NO_INVENTORY: Inventory = {
  serverName: 's',
  protocolVersion: '2025-11-25',
  serverInfo: '{}',
  capabilities: {},
  tools: [],
  resources: [],
  templates: [],
  prompts: [],
};

export const NO_TASKS: TaskUse = { running: 0, lastUpdateAt: 0, knows: () => false };

export function fakeUpstream(members: Partial<Upstream> = {}): Upstream {
  return {
    kind: 'child',
    pid: undefined,
    learned: undefined,
    inventory: NO_INVENTORY,
    inFlight: 0,
    tasks: NO_TASKS,
    call: () => settled({ kind: 'result', json: jsonText('{}') }),
    revalidate: () => undefined,
    endSession: () => {},
    notify: () => {},
    setLimits: () => {},
    wasHeard: () => false,
    ping: async () => true,
    setTrouble: () => {},
    drain: async () => {},
    close: async () => {},
    ...members,
  };
}
