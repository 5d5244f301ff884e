/** The loop, with a runtime and a stack made by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../src/clock.ts';
import type { Desired } from '../src/desired.ts';
import { GatewayError } from '../src/errors.ts';
import { silentLog } from '../src/log.ts';
import type { Observed, ObservedContainer } from '../src/model/observed.ts';
import { renderPlan } from '../src/model/plan.ts';
import { createNotices } from '../src/notices.ts';
import { FILE_CHANGED, Reload } from '../src/reload.ts';
import type { Runtime } from '../src/runtime/runtime.ts';

const NOTHING: Observed = {
  engine: { state: 'ready' },
  containers: [],
  mislabelled: [],
  instances: [],
  idle: new Set(),
};

const bound = { host: '127.0.0.1', port: 8001 };

/** What the user asks for: servers of this type, each with nothing but a name. */
function desired(servers: Readonly<Record<string, 'container' | 'native'>>, gateway: object = {}): Desired {
  const units = Object.entries(servers).map(([serverName, type]) => ({
    server: {
      serverName,
      type,
      view: { prefix: serverName },
      unset: [],
      ports: [],
      network: 'isolated',
      compose: {},
    },
    hash: 'h',
    fieldHashes: {},
    viewHash: 'v',
  }));
  const stack = { name: 'x', gateway: { ...bound, discover: 'all', ...gateway } };
  const compiled = { yaml: '', units };
  const wanted = { stackName: 'x', file: 'hive.yaml', compiled, discover: stack.gateway.discover };
  return { readAt: 0, stack, compiled, wanted, values: {} } as unknown as Desired;
}

const foreign = (serverName: string): ObservedContainer => ({
  containerId: `c-${serverName}`,
  containerName: `their-${serverName}`,
  labels: { serverName, type: 'stdio' },
  image: 'i',
  state: 'running',
  statusText: 'Up',
  createdAt: 1,
});

function harness(initial: Desired, hasEngine = true) {
  const [events, said, logged] = [[] as string[], [] as string[], [] as string[]];
  const state = {
    current: initial,
    /** What the next refresh reads; undefined: no file has changed. */
    edit: undefined as Desired | undefined,
    /** What that edit does to the servers, in words. */
    words: '',
    observed: NOTHING,
    executed: Promise.resolve(),
    checkState: () => {},
  };
  const stack = {
    bound,
    get desired() {
      return state.current;
    },
    read: async () => state.edit ?? state.current,
    async refresh(onApplied: () => void) {
      if (!state.edit) return '';
      state.current = state.edit;
      state.edit = undefined;
      onApplied();
      return state.words;
    },
    expectEdit: () => void events.push('expect'),
    lacksCompiledFile: false,
    keepFiles: async () => void events.push('write'),
  };
  let declared: string[] = [];
  const reviews: string[] = [];
  const runtime: Pick<Runtime, 'observe' | 'reviewImages' | 'declare' | 'execute'> = {
    observe: async () => state.observed,
    reviewImages: () => void reviews.push('all'),
    declare(units) {
      declared = units.map(({ server }) => server.serverName);
      events.push(`declare ${declared.join(' ')}`);
    },
    execute(plan) {
      events.push(`execute ${renderPlan(plan).replace(/ +/g, ' ')}`);
      return state.executed;
    },
  };
  const board = { all: () => declared.map((serverName) => ({ serverName })) as never };
  const kept: string[][] = [];
  const say = (text: string): void => void said.push(text);
  const reload = new Reload({
    stack,
    stopped: { among: () => new Set(), follow: () => new Set() },
    runtime: { ...runtime, board },
    edge: { url: 'http://here/mcp', expelUnadmitted: () => void events.push('auth changed') },
    logs: { keep: (names) => void kept.push([...names]) },
    notices: createNotices(say, { add: (...parts) => void logged.push(parts.join(' ')) }),
    engine: hasEngine ? {} : undefined,
    engineMissing: { code: 'ENGINE_MISSING', reason: 'none here', hint: '' },
    clock: systemClock,
    state: { path: '/none', saveKey: () => {} },
    remember: () => void events.push('remember'),
    checkState: async () => state.checkState(),
    requestReload: (cause) => void events.push(cause),
    log: silentLog,
    say,
  });
  return { reload, state, events, said, logged, kept };
}

test('every run must observe, declare and execute, whatever its cause', async () => {
  const { reload, events, kept } = harness(desired({ a: 'native' }));
  await reload.run('container event');
  await reload.run('a retry is due');
  const run = ['declare a', 'execute + connect a not running'];
  assert.deepEqual(events, [...run, ...run]);
  assert.deepEqual(kept, [['a'], ['a']]);
});

test('the files of Compose must be there before something is created', async () => {
  const { reload, events } = harness(desired({ box: 'container' }));
  await reload.run('start');
  assert.deepEqual(events.slice(0, 2), ['write', 'declare box']);
  assert.match(events[2] ?? '', /^execute \+ create box/);
});

test('a run must not wait for the steps of its plan', async () => {
  const { reload, state } = harness(desired({ a: 'native' }));
  state.executed = new Promise(() => {});
  await reload.run('start');
});

test('a plan must be printed for an edit only, whatever cause made the loop read the edit', async () => {
  const { reload, state, said } = harness(desired({ a: 'native' }));
  await reload.run('start');
  assert.deepEqual(said, []);
  state.edit = desired({ a: 'native', b: 'native' });
  state.words = 'hive.yaml read: b added';
  await reload.run('container event');
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^hive\.yaml read: b added\n\+ connect .*\n.*b /);
  await reload.run('a retry is due');
  assert.equal(said.length, 1);
  await reload.run(FILE_CHANGED);
  assert.equal(said.length, 2);
});

test('a plan with nothing to do must not be printed, but that the file was read', async () => {
  const { reload, state, said } = harness(desired({}));
  await reload.run(FILE_CHANGED);
  assert.deepEqual(said, []);
  state.edit = desired({});
  state.words = 'hive.yaml read: no server changed';
  await reload.run(FILE_CHANGED);
  assert.deepEqual(said, ['hive.yaml read: no server changed']);
});

test('an applied edit must be checked against the sessions, and a new address be reported once', async () => {
  const { reload, state, events, said } = harness(desired({}));
  state.edit = desired({}, { port: 9000 });
  await reload.run(FILE_CHANGED);
  assert.ok(events.includes('auth changed'));
  assert.match(said.join(), /^gateway\.port is 9000 in hive\.yaml now.*http:\/\/here\/mcp.*\n {2}fix: /);
  state.edit = desired({}, { port: 9000 });
  await reload.run(FILE_CHANGED);
  assert.equal(said.length, 1);
  for (const port of [bound.port, 9000]) {
    state.edit = desired({}, { port });
    await reload.run(FILE_CHANGED);
  }
  assert.equal(said.length, 2);
});

test('labelled containers of others must be declared while `discover` is on', async () => {
  const { reload, state, events } = harness(desired({}));
  state.observed = { ...NOTHING, containers: [foreign('theirs')] };
  await reload.run('start');
  assert.equal(events[0], 'declare theirs');
  state.edit = desired({}, { discover: 'off' });
  await reload.run(FILE_CHANGED);
  assert.ok(events.includes('declare '));
});

test('a container that cannot be served must be listed, and logged once while it exists', async () => {
  const { reload, state, logged } = harness(desired({ a: 'native' }));
  state.observed = { ...NOTHING, containers: [foreign('a')] };
  await reload.run('start');
  await reload.run('container event');
  assert.deepEqual(
    reload.ignored.map(({ containerName }) => containerName),
    ['their-a'],
  );
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /^hive hive container their-a is ignored: /);
  state.observed = NOTHING;
  await reload.run('container event');
  assert.deepEqual(reload.ignored, []);
});

test('the state of the engine must be that of the start, then that of the last run', async () => {
  const { reload, state } = harness(desired({}), false);
  assert.equal(reload.engine.state, 'absent');
  assert.equal(harness(desired({})).reload.engine.state, 'ready');
  state.observed = {
    ...NOTHING,
    engine: { state: 'lost', code: 'ENGINE_UNREACHABLE', reason: '', hint: '' },
  };
  await reload.run('engine connection lost');
  assert.equal(reload.engine.state, 'lost');
});

test('a plan that is only printed must be for the files as they are now, and change nothing', async () => {
  const { reload, state, events } = harness(desired({}));
  state.edit = desired({ new: 'native' });
  assert.match(await reload.plan(), /\+ connect +new/);
  assert.deepEqual(events, []);
  assert.deepEqual(state.current.compiled.units, []);
});

test('a state folder that cannot be written must be a trouble until it can', async () => {
  const { reload, state, said, events } = harness(desired({ a: 'native' }));
  state.checkState = () => {
    throw new GatewayError('STATE_FAILED', 'the disk is full', { hint: 'make room' });
  };
  await reload.run('start');
  await reload.run('again');
  const [trouble] = reload.troubles;
  assert.deepEqual([trouble?.about, trouble?.code, trouble?.hint], ['state', 'STATE_FAILED', 'make room']);
  state.checkState = () => {};
  await reload.run('again');
  assert.deepEqual(reload.troubles, []);
  assert.deepEqual(said.slice(-2), [
    'error STATE_FAILED: the disk is full\n  fix: make room',
    'the state folder can be written again',
  ]);
  assert.deepEqual(
    events.filter((event) => event === 'remember'),
    ['remember'],
  );
  reload.close();
});

test('a reading that was asked for must end when the steps have begun, or with the gateway', async () => {
  const { reload, events } = harness(desired({ a: 'native' }));
  const read = reload.readAgain('restart of a');
  assert.deepEqual(events.splice(0), ['expect', 'restart of a']);
  await reload.run('restart of a');
  await read;
  assert.deepEqual(events, ['declare a', 'execute + connect a not running']);
  const late = reload.readAgain('restart of a');
  reload.close();
  await late;
});

test('a reading that was asked for must end although the run fails', async () => {
  const { reload, state } = harness(desired({ a: 'native' }));
  const read = reload.readAgain('restart of a');
  Object.defineProperty(state, 'observed', { get: () => assert.fail('no engine') });
  await assert.rejects(reload.run('restart of a'), /no engine/);
  await read;
});
