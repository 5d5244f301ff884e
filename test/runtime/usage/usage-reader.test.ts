/** Figures of servers: read at most once a second, and never longer than the engine may take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { Usage } from '../../../src/model/watch/usage.ts';
import { containerUsages } from '../../../src/runtime/usage/container-usages.ts';
import { createUsageReader } from '../../../src/runtime/usage/usage-reader.ts';
import { callOf } from '../../helpers/call-record.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { server } from '../../operations/gateway/harness.ts';

const USAGE: Usage = { at: 1, cpuSeconds: 2, memoryBytes: 3 };
const ids = (count: number) => new Map(Array.from({ length: count }, (_, at) => [`s${at}`, `id${at}`]));

test('servers must be read at most once a second, however many ask', async () => {
  const clock = fakeClock();
  let asked = 0;
  const reader = createUsageReader({
    engine: {
      usage: async () => {
        asked += 1;
        return USAGE;
      },
    },
    clock,
    board: { all: () => [server('c', { containerId: 'id' }), server('n')] },
    history: { all: () => [callOf({ at: clock.now(), server: 'n' })] },
    processes: async () => new Map([['n', USAGE]]),
  });
  const [first, second] = await Promise.all([reader.read(), reader.read()]);
  assert.deepEqual(first, second);
  assert.deepEqual([...first.usages.keys()].sort(), ['c', 'n']);
  assert.equal(first.calls.get('n')?.callsPerMinute, 1);
  clock.advance(999);
  await reader.read();
  assert.equal(asked, 1);
  clock.advance(1);
  await reader.read();
  assert.equal(asked, 2);
});

test('eight containers must be asked for at a time', async () => {
  let underWay = 0;
  let most = 0;
  const usage = async (): Promise<Usage> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    return USAGE;
  };
  const { usages } = await containerUsages({ usage }, ids(30));
  assert.deepEqual([usages.size, most], [30, 8]);
});

test('an engine that does not answer must be asked for no further container', async () => {
  let asked = 0;
  const usage = async (): Promise<Usage> => {
    asked += 1;
    throw new GatewayError('ENGINE_UNREACHABLE', 'the engine did not answer');
  };
  const { usages, trouble } = await containerUsages({ usage }, ids(30));
  assert.deepEqual([usages.size, trouble], [0, 'the engine did not answer']);
  assert.ok(asked <= 8, `${asked} requests`);
});

test('an engine that refuses one container must be asked for the others', async () => {
  const usage = async (id: string): Promise<Usage | undefined> => {
    if (id === 'id0') throw new GatewayError('ENGINE_REFUSED', 'no figures');
    return id === 'id1' ? undefined : USAGE;
  };
  const { usages, trouble } = await containerUsages({ usage }, ids(3));
  assert.deepEqual([[...usages.keys()], trouble], [['s2'], 'no figures']);
  assert.equal((await containerUsages(undefined, ids(3))).usages.size, 0);
});

test('a reader with a limit must get the figures of processes, however long the engine takes', async () => {
  const clock = fakeClock();
  const answer = Promise.withResolvers<Usage>();
  const reader = createUsageReader({
    engine: { usage: () => answer.promise },
    clock,
    board: { all: () => [server('c', { containerId: 'id' }), server('n')] },
    history: { all: () => [] },
    processes: async () => new Map([['n', USAGE]]),
  });
  const [limited, patient] = [reader.read(500), reader.read()];
  clock.advance(500);
  const { usages, trouble } = await limited;
  assert.deepEqual([[...usages.keys()], trouble], [['n'], 'the engine did not answer within 0.5 s']);
  answer.resolve(USAGE);
  assert.deepEqual([...(await patient).usages.keys()], ['n', 'c']);
});
