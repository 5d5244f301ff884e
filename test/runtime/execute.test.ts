/** Plans are executed step by step, and nothing but a step's success lets the next one run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import type { Step } from '../../src/model/plan.ts';
import { createExecutor } from '../../src/runtime/execute.ts';
import type { Instance } from '../../src/runtime/instances/instance.ts';
import { createChains } from '../../src/runtime/steps/chains.ts';
import type { Effects } from '../../src/runtime/steps/effects.ts';
import { connections, table, unit } from './instances/harness.ts';

type Run = (what: string, instance: Instance | undefined, signal: AbortSignal) => Promise<void> | void;

/** An executor whose effects note what they are asked for, and do what `run` says. */
function world(run: Run = () => {}) {
  const { clock, instances } = table();
  const chains = createChains(clock);
  const log: string[] = [];
  const effect = async (what: string, instance?: Instance, signal = AbortSignal.abort()): Promise<void> => {
    log.push(what);
    await run(what, instance, signal);
  };
  const effects: Effects = {
    create: (instance, signal) => effect(`create ${instance.serverName}`, instance, signal),
    async connect(instance, signal) {
      await effect(`connect ${instance.serverName}`, instance, signal);
      if (!signal.aborted) instances.connected(instance, connections(), { close() {} });
    },
    update: ({ serverName }) => void log.push(`update ${serverName}`),
    disconnect: ({ serverName }) => effect(`disconnect ${serverName}`),
    stop: ({ serverName }) => effect(`stop ${serverName}`),
    remove: ({ serverName }) => effect(`remove ${serverName}`),
    skip: ({ serverName }) => void log.push(`skip ${serverName}`),
  };
  const execute = createExecutor({
    chains,
    instances,
    effects,
    onFailure: ({ op }, error) => log.push(`${op} failed: ${error.message}`),
    onSettled: (serverName) => log.push(`settled ${serverName}`),
    onDone: (serverName) => log.push(`done ${serverName}`),
  });
  const plan = (steps: readonly Step[], serverNames: readonly string[] = []): Promise<void> =>
    execute({ steps }, serverNames);
  return { log, plan, instances, chains };
}

const common = (serverName: string) => ({ serverName, unit: unit(serverName), cause: 'test' });
const container = { containerId: 'old' } as Extract<Step, { op: 'remove' }>['container'];

const create = (name: string): Step => ({ op: 'create', kind: 'container', ...common(name) });
const connect = (name: string): Step => ({ op: 'connect', kind: 'container', ...common(name) });
const update = (name: string): Step => ({ op: 'update', ...common(name) });
const disconnect = (name: string): Step => ({
  op: 'disconnect',
  serverName: name,
  instanceId: 'x',
  cause: 'test',
});
const remove = (name: string): Step => ({ op: 'remove', serverName: name, container, cause: 'test' });
const skip = (name: string): Step => ({ op: 'skip', code: 'ENGINE_MISSING', hint: '', ...common(name) });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('steps of one server must run in order, and the server be settled and done after the last', async () => {
  const { plan, log, instances } = world();
  await plan([create('a'), connect('a'), disconnect('a'), remove('a')]);
  assert.deepEqual(log, ['create a', 'connect a', 'disconnect a', 'remove a', 'settled a', 'done a']);
  assert.equal(instances.serving('a')?.kind, 'container');
});

test('a failed step must end its own chain alone, and be kept with its instance', async () => {
  const { plan, log, instances } = world((what) => {
    if (what === 'create a') throw new GatewayError('CREATE_FAILED', 'no space left');
  });
  await plan([create('a'), connect('a'), disconnect('a'), connect('b')]);
  assert.deepEqual(
    log.filter((line) => line.endsWith(' a') || line.startsWith('create failed')),
    ['create a', 'create failed: no space left'],
  );
  assert.deepEqual(
    instances.observed().map(({ serverName, phase, reason }) => [serverName, phase, reason]),
    [
      ['a', 'failed', 'no space left'],
      ['b', 'ready', undefined],
    ],
  );
});

test('a failure after the connect step must not fail the instance that serves', async () => {
  const { plan, log, instances } = world((what) => {
    if (what === 'remove a') throw new GatewayError('CREATE_FAILED', 'refused');
  });
  await plan([connect('a'), remove('a')]);
  assert.equal(instances.serving('a')?.state.phase, 'ready');
  assert.equal(log.at(-1), 'remove failed: refused');
});

test('an error of any kind must be reported as one of ours', async () => {
  const { plan, log } = world(() => {
    throw new TypeError('undefined is not a function');
  });
  await plan([remove('a')]);
  assert.deepEqual(log, ['remove a', 'remove failed: undefined is not a function']);
});

test('a newer plan must abort the older one, whose instance leaves no trace', async () => {
  const { plan, log, instances } = world((what, instance, signal) =>
    what === 'connect a' && instance?.unit.hash === 'h1' && !log.includes('newer')
      ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
      : undefined,
  );
  const older = plan([connect('a'), remove('a')]);
  await turn();
  assert.deepEqual(
    instances.observed().map(({ phase }) => phase),
    ['starting'],
  );
  log.push('newer');
  await Promise.all([older, plan([disconnect('a')])]);
  assert.deepEqual(log, ['connect a', 'newer', 'disconnect a', 'settled a', 'done a']);
  assert.deepEqual(instances.observed(), []);
});

test('a chain that is aborted before it begins must run no step', async () => {
  const { plan, log } = world();
  await Promise.all([plan([connect('a')]), plan([disconnect('a')])]);
  assert.equal(log.includes('connect a'), false);
  assert.equal(log.includes('disconnect a'), true);
});

test('steps that only change what is shown must not disturb a chain under way', async () => {
  const gate = Promise.withResolvers<void>();
  const { plan, log } = world((what) => (what === 'connect a' ? gate.promise : undefined));
  const under = plan([connect('a')]);
  await turn();
  await plan([update('a')]);
  await plan([skip('a')]);
  gate.resolve();
  await under;
  assert.deepEqual(log, ['connect a', 'update a', 'skip a', 'settled a', 'done a']);
});

test('servers without steps must be settled at once, those with steps at their end', async () => {
  const { plan, log } = world();
  await plan([connect('b')], ['a', 'b', 'c']);
  assert.deepEqual(log, ['settled a', 'settled c', 'connect b', 'settled b', 'done b']);
});

test('nothing must begin after close, nor ask for a reload', async () => {
  const gate = Promise.withResolvers<void>();
  const { plan, log, chains } = world(() => gate.promise);
  const under = plan([disconnect('a')]);
  await turn();
  const closing = chains.close();
  gate.resolve();
  await Promise.all([closing, under]);
  await plan([connect('b'), update('c')]);
  assert.deepEqual(log, ['disconnect a']);
});
