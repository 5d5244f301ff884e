/** What legacy clients follow moves with them from the connection of the modern era to one of their own, and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServeInProcess } from '../../../src/model/in-process.ts';
import { openInProcess } from '../../../src/runtime/links/in-process.ts';
import type { Link } from '../../../src/runtime/links/link.ts';
import { createLegacySide } from '../../../src/runtime/steps/legacy-connections.ts';
import type { ServerEra } from '../../../src/runtime/steps/server-era.ts';
import { fakeUpstream, NO_INVENTORY } from '../../helpers/fake-upstream.ts';
import { connections, table, unit } from '../instances/harness.ts';

const RESULTS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's' } },
  'tools/list': { tools: [] },
};

/** The server's legacy era. */
const serve: ServeInProcess = (send) => ({
  receive(message) {
    const { id, method } = JSON.parse(String(message)) as { id?: number; method: string };
    if (id !== undefined)
      send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] ?? {} })));
  },
  close: async () => {},
});

function world() {
  const { clock, instances } = table();
  const log: string[] = [];
  const serving = fakeUpstream({ kind: 'http', inventory: { ...NO_INVENTORY, era: 'modern' } });
  const nameOf = (upstream: object): string => (upstream === serving ? 'modern' : 'legacy');
  const links: Link[] = [];
  const state = { isDown: false };
  const instance = instances.begin(unit(), 'native');
  instances.connected(instance, { ...connections(), upstream: serving }, { close() {} });
  const side = createLegacySide(
    {
      clock,
      instances,
      links: {
        async openOwn(_instance, events) {
          if (state.isDown) throw new Error('not now');
          const link = Object.assign(openInProcess('files', serve, events), { hasSession: true });
          links.push(link);
          return link;
        },
      },
      logs: { add: () => {} },
      board: { noise: () => {} },
      listings: { updateLegacy: () => {} },
      logLevels: { apply: () => {} },
      sharedUsers: { withUsers: (_instance, notification) => notification },
      subscriptions: {
        restore: (_name, upstream, era) => void log.push(`${nameOf(upstream)} is asked for ${era}`),
        leave: (_name, upstream, era) => void log.push(`${nameOf(upstream)} is left by ${era}`),
      },
      onNotification: () => {},
      askClient: () => Promise.reject(new Error('no client')),
    },
    instance,
    { isModernOnly: false } as ServerEra,
    serving,
  );
  assert.ok(side);
  return { clock, side, log, links, state };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what legacy clients follow must move to their own connection, and leave the one of the modern era', async () => {
  const { side, log } = world();
  side.want();
  await side.opening;
  assert.deepEqual(log, ['legacy is asked for legacy', 'modern is left by legacy']);
  await side.close(0);
});

test('what legacy clients follow must move back once while their own connection cannot be opened', async () => {
  const { clock, side, log, links, state } = world();
  side.want();
  await side.opening;
  log.splice(0);
  state.isDown = true;
  await links[0]?.send(Buffer.from('this crashes the server'));
  for (const ms of [0, 1_000, 5_000]) {
    clock.advance(ms);
    for (let turns = 0; turns < 10; turns += 1) await turn();
  }
  assert.deepEqual(log, ['modern is asked for legacy']);
  await side.close(0);
});
