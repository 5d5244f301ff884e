import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../../src/model/compiled.ts';
import type { ContainerServer, Server } from '../../src/model/desired.ts';
import type { Observed, ObservedContainer, ObservedInstance, OtherFile } from '../../src/model/observed.ts';
import { renderPlan } from '../../src/model/plan.ts';
import type { Discover } from '../../src/model/stack.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';

const view = { prefix: 'a', tools: { rename: {} }, timeouts: { start: 1, call: 1 } };
const place = { path: 'hive.yaml', line: 1 };

function unit(
  serverName: string,
  type: Server['type'],
  change: Partial<Unit> = {},
  server: object = {},
): Unit {
  const base = {
    serverName,
    type,
    view: { ...view, prefix: serverName },
    place,
    unset: [],
    ports: [],
    network: 'isolated',
    compose: {},
    ...server,
  };
  return {
    server: base as unknown as Server,
    hash: 'h1',
    fieldHashes: { image: '1' },
    viewHash: 'v1',
    ...change,
  };
}

const container = (
  serverName: string,
  change: Partial<ObservedContainer> = {},
  labels: object = {},
): ObservedContainer => ({
  containerId: `${serverName}-c1`,
  containerName: `hive-${serverName}-1`,
  labels: { serverName, type: 'stdio', hash: 'h1', stack: 'hive', ...labels },
  image: 'x',
  maker: 'this-gateway',
  state: 'running',
  statusText: 'Up 2 seconds',
  createdAt: 1,
  ...change,
});

const instance = (serverName: string, change: Partial<ObservedInstance> = {}): ObservedInstance => ({
  instanceId: `${serverName}-i1`,
  serverName,
  kind: 'container',
  hash: 'h1',
  viewHash: 'v1',
  fieldHashes: { image: '1' },
  containerId: `${serverName}-c1`,
  phase: 'ready',
  ...change,
});

const native = (serverName: string, change: Partial<ObservedInstance> = {}): ObservedInstance => {
  const { containerId: _none, ...rest } = instance(serverName, { kind: 'native', ...change });
  return rest;
};

interface Case {
  readonly name: string;
  readonly units?: readonly Unit[];
  readonly containers?: readonly ObservedContainer[];
  readonly instances?: readonly ObservedInstance[];
  readonly engine?: Observed['engine'];
  readonly discover?: Discover;
  readonly idle?: readonly string[];
  readonly stopped?: readonly string[];
  readonly images?: Observed['images'];
  readonly plan: string;
}

const absent = {
  state: 'absent',
  code: 'ENGINE_MISSING',
  reason: 'no container engine',
  hint: 'npm run up -- --yes',
} as const;
const h2 = { hash: 'h2', fieldHashes: { image: '2' } };

const CASES: readonly Case[] = [
  { name: 'nothing desired and nothing running must give an empty plan', plan: '' },
  {
    name: 'a new container server must be created, then connected',
    units: [unit('a', 'container')],
    plan: '+ create      a  no container\n+ connect     a  created',
  },
  {
    name: 'a built-in server must be connected without an engine',
    units: [unit('hive', 'builtin')],
    engine: absent,
    plan: '+ connect     hive  built in',
  },
  {
    name: 'a server that runs as desired must not be touched',
    units: [unit('a', 'container')],
    containers: [container('a')],
    instances: [instance('a')],
    plan: '',
  },
  {
    name: 'a running container that fits must be adopted, not recreated',
    units: [unit('a', 'container')],
    containers: [container('a')],
    plan: '+ connect     a  container runs, not connected',
  },
  {
    name: 'a stopped container that fits must be started, not recreated',
    units: [unit('a', 'container')],
    containers: [container('a', { state: 'exited' })],
    plan: '+ connect     a  container is exited',
  },
  {
    name: 'a changed entry must bring the new one up before the old one goes',
    units: [unit('a', 'container', h2)],
    containers: [container('a')],
    instances: [instance('a')],
    plan: '+ create      a  changed: image\n+ connect     a  created\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a container must be replaced when its tag means another image',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [container('a', { imageId: 'sha256:old' })],
    instances: [instance('a')],
    images: new Map([['x:1', { imageId: 'sha256:new' }]]),
    plan: '+ create      a  its image has changed\n+ connect     a  created\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a container must be replaced when an image below its own has changed',
    units: [unit('a', 'container', { image: 'hive/a:1' })],
    containers: [container('a', { imageId: 'sha256:a' })],
    images: new Map([['hive/a:1', { imageId: 'sha256:a', outdated: 'its base image node:24 has changed' }]]),
    plan: '+ create      a  its base image node:24 has changed\n+ connect     a  created\n- remove      a  replaced',
  },
  {
    name: 'a container must stay while its image is the same, in whichever way an engine writes the id',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [container('a', { imageId: 'abc' })],
    instances: [instance('a')],
    images: new Map([['x:1', { imageId: 'sha256:abc' }]]),
    plan: '',
  },
  {
    name: 'a container must stay when nobody knows what its image means now',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [container('a', { imageId: 'sha256:old' })],
    instances: [instance('a')],
    images: new Map(),
    plan: '',
  },
  {
    name: 'a server that failed for good must be tried in a container of a newer image',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [container('a', { imageId: 'sha256:old', state: 'exited' })],
    instances: [instance('a', { phase: 'failed', isBackingOff: true })],
    images: new Map([['x:1', { imageId: 'sha256:new' }]]),
    plan: '+ create      a  its image has changed\n+ connect     a  created\n- remove      a  replaced',
  },
  {
    name: 'a newer image that failed must not be replaced because an older container still serves',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [
      container('a', { imageId: 'sha256:old' }),
      container('a', { containerId: 'a-c2', imageId: 'sha256:new', state: 'exited', createdAt: 2 }),
    ],
    instances: [
      instance('a'),
      instance('a', { instanceId: 'a-i2', containerId: 'a-c2', phase: 'failed', isBackingOff: true }),
    ],
    images: new Map([['x:1', { imageId: 'sha256:new' }]]),
    plan: '',
  },
  {
    name: 'the stopped container of an idle server must go when its image has changed',
    units: [unit('a', 'container', { image: 'x:1' })],
    containers: [container('a', { imageId: 'sha256:old', state: 'exited' })],
    idle: ['a'],
    images: new Map([['x:1', { imageId: 'sha256:new' }]]),
    plan: '- remove      a  replaced',
  },
  {
    name: 'a server that holds a host port must go down before its successor comes up',
    units: [unit('a', 'container', h2, { ports: ['127.0.0.1:80:80'] } satisfies Partial<ContainerServer>)],
    containers: [container('a')],
    instances: [instance('a')],
    plan: '- disconnect  a  replaced\n- remove      a  replaced\n+ create      a  changed: image\n+ connect     a  created',
  },
  {
    name: 'while a replacement starts, the old instance must be left alone',
    units: [unit('a', 'container', h2)],
    containers: [container('a')],
    instances: [
      instance('a'),
      instance('a', { instanceId: 'a-i2', containerId: 'a-c2', hash: 'h2', phase: 'starting' }),
    ],
    plan: '',
  },
  {
    name: 'a replacement that backs off must leave the old instance serving',
    units: [unit('a', 'container', h2)],
    containers: [container('a')],
    instances: [
      instance('a'),
      native('a', { instanceId: 'a-i2', kind: 'container', hash: 'h2', phase: 'failed', isBackingOff: true }),
    ],
    plan: '',
  },
  {
    name: 'a replacement must be tried again after its backoff, while the old instance serves',
    units: [unit('a', 'container', h2)],
    containers: [container('a'), container('a', { containerId: 'a-c2', createdAt: 2 }, { hash: 'h2' })],
    instances: [
      instance('a'),
      instance('a', {
        instanceId: 'a-i2',
        containerId: 'a-c2',
        hash: 'h2',
        phase: 'failed',
        reason: 'exit 1',
      }),
    ],
    plan: '+ connect     a  trying again: exit 1\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a reverted edit must drop the failed replacement and keep the old instance',
    units: [unit('a', 'container')],
    containers: [container('a'), container('a', { containerId: 'a-c2', createdAt: 2 }, { hash: 'h2' })],
    instances: [
      instance('a'),
      instance('a', {
        instanceId: 'a-i2',
        containerId: 'a-c2',
        hash: 'h2',
        phase: 'failed',
        isBackingOff: true,
      }),
    ],
    plan: '- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a changed prefix must restart nothing',
    units: [unit('a', 'container', { viewHash: 'v2' })],
    containers: [container('a')],
    instances: [instance('a')],
    plan: '~ update      a  prefix, tool filter or timeouts changed',
  },
  {
    name: 'a changed secret value must replace the container',
    units: [unit('a', 'container', { values: 'new' })],
    containers: [container('a', {}, { values: 'old' })],
    instances: [instance('a', { values: 'old' })],
    plan: '+ create      a  changed: the values of its variables or files\n+ connect     a  created\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a container made by plain Compose must fit without a digest of values',
    units: [unit('a', 'container', { values: 'v' })],
    containers: [container('a')],
    instances: [instance('a', { values: 'v' })],
    plan: '',
  },
  {
    name: 'a container made by plain Compose must be replaced if the entry asks for a pipe',
    units: [unit('a', 'container', {}, { link: 'pipe' })],
    containers: [container('a')],
    plan: [
      '+ create      a  its configuration changed',
      '+ connect     a  created',
      '- remove      a  replaced',
    ].join('\n'),
  },
  {
    name: 'a container made with a pipe must fit if the entry asks for a pipe',
    units: [unit('a', 'container', {}, { link: 'pipe' })],
    containers: [container('a', {}, { link: 'pipe' })],
    plan: '+ connect     a  container runs, not connected',
  },
  {
    name: 'a container made by plain Compose must be replaced when its values change while it is connected',
    units: [unit('a', 'container', { values: 'new' })],
    containers: [container('a')],
    instances: [instance('a', { values: 'v' })],
    plan: '+ create      a  changed: the values of its variables or files\n+ connect     a  created\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'a native server must restart when its values change',
    units: [unit('a', 'native', { values: 'new' })],
    instances: [native('a', { values: 'old' })],
    plan: '+ connect     a  changed: the values of its variables or files\n- disconnect  a  replaced',
  },
  {
    name: 'a server that backs off must be tried at once when its timeouts change',
    units: [unit('a', 'native', { viewHash: 'v2' })],
    instances: [native('a', { phase: 'failed', isBackingOff: true, reason: 'too slow' })],
    plan: '+ connect     a  trying again: too slow',
  },
  {
    name: 'a server that backs off must be tried at once when a value changes',
    units: [unit('a', 'container', { values: 'good' })],
    containers: [container('a', {}, { values: 'bad' })],
    instances: [instance('a', { phase: 'failed', isBackingOff: true, values: 'bad' })],
    plan: '+ create      a  changed: the values of its variables or files\n+ connect     a  created\n- disconnect  a  replaced\n- remove      a  replaced',
  },
  {
    name: 'of two containers that fit, the connected one must stay',
    units: [unit('a', 'container')],
    containers: [container('a'), container('a', { containerId: 'a-c2', createdAt: 2, state: 'created' })],
    instances: [instance('a')],
    plan: '- remove      a  replaced',
  },
  {
    name: 'a container that is being removed must not count',
    containers: [container('a', { state: 'removing' })],
    plan: '',
  },
  {
    name: 'a server that left the file must be disconnected before its container is removed',
    containers: [container('a')],
    instances: [instance('a')],
    plan: '- disconnect  a  not in hive.yaml\n- remove      a  not in hive.yaml',
  },
  {
    name: 'an unset variable must fail its server alone',
    units: [unit('a', 'container', {}, { unset: [{ variable: 'TOKEN', place }] }), unit('b', 'native')],
    plan: '! skip        a  ${TOKEN} is not set\n    fix: set TOKEN in the environment, or in .env beside hive.yaml\n+ connect     b  not running',
  },
  {
    name: 'without an engine a container must run natively if its entry allows, else be skipped with the reason',
    units: [
      unit('a', 'container'),
      unit('b', 'container', {}, { native: { command: 'x', args: [], env: {} } }),
    ],
    engine: absent,
    plan: '! skip        a  no container engine\n    fix: npm run up -- --yes\n+ connect     b  not running',
  },
  {
    name: 'an engine that went away must not turn its containers into native processes',
    units: [unit('b', 'container', {}, { native: { command: 'x', args: [], env: {} } })],
    engine: { ...absent, state: 'lost' },
    plan: '! skip        b  no container engine\n    fix: npm run up -- --yes',
  },
  {
    name: 'a native server with a new command must start before the old instance ends',
    units: [unit('a', 'native', h2)],
    instances: [native('a')],
    plan: '+ connect     a  changed: image\n- disconnect  a  replaced',
  },
  {
    name: 'a native server that backs off after a crash must be left alone',
    units: [unit('a', 'native')],
    instances: [native('a', { phase: 'failed', isBackingOff: true })],
    plan: '',
  },
  {
    name: "someone else's labelled container is picked up",
    containers: [container('x', {}, { stack: undefined, hash: undefined })],
    plan: '+ connect     x  container runs, not connected',
  },
  {
    name: "someone else's container that stopped is dropped, never removed",
    containers: [container('x', { state: 'exited' }, { stack: undefined })],
    instances: [instance('x')],
    plan: '- disconnect  x  its container stopped',
  },
  {
    name: "another stack's container is that stack's own",
    containers: [container('x', {}, { stack: 'other' })],
    plan: '',
  },
  {
    name: 'an idle server must be ended, and its container kept',
    units: [unit('a', 'container')],
    containers: [container('a')],
    instances: [instance('a')],
    idle: ['a'],
    plan: '- stop        a  idle',
  },
  {
    name: 'an idle server that another gateway left running must be stopped',
    units: [unit('a', 'container')],
    containers: [container('a')],
    idle: ['a'],
    plan: '- stop        a  idle',
  },
  {
    name: 'servers that a person has stopped must be ended, and their containers kept',
    units: [unit('a', 'container'), unit('b', 'native'), unit('c', 'native')],
    containers: [container('a')],
    instances: [instance('a', { containerId: 'a-c1' }), native('b'), native('c')],
    stopped: ['a', 'b'],
    plan: ['- stop        a  stopped by `hive stop`', '- stop        b  stopped by `hive stop`'].join('\n'),
  },
  {
    name: 'a stopped server must be left alone, whatever it lacks, and whether or not it is idle',
    units: [
      unit('a', 'container'),
      unit('b', 'native', {}, { unset: [{ variable: 'X', place }] }),
      unit('c', 'container'),
    ],
    engine: absent,
    idle: ['c'],
    stopped: ['a', 'b', 'c'],
    plan: '',
  },
  {
    name: 'a stopped server whose last attempt failed must not be tried again',
    units: [unit('b', 'native')],
    instances: [native('b', { phase: 'failed' })],
    stopped: ['b'],
    plan: '- stop        b  stopped by `hive stop`',
  },
  {
    name: 'a discovered server that is stopped must be left, and its container too',
    containers: [{ ...container('d'), labels: { serverName: 'd', type: 'stdio' } }],
    instances: [instance('d', { containerId: 'd-c1', hash: 'd-c1', viewHash: 'd' })],
    stopped: ['d'],
    plan: '- disconnect  d  stopped by `hive stop`',
  },
  {
    name: 'an idle server that does not run must be left alone',
    units: [unit('a', 'container'), unit('b', 'native')],
    containers: [container('a', { state: 'exited' })],
    idle: ['a', 'b'],
    plan: '',
  },
  {
    name: 'an idle server that is ending must be left alone',
    units: [unit('a', 'container')],
    containers: [container('a')],
    instances: [instance('a', { phase: 'draining' })],
    idle: ['a'],
    plan: '',
  },
  {
    name: 'an idle native server must be ended',
    units: [unit('a', 'native')],
    instances: [native('a')],
    idle: ['a'],
    plan: '- stop        a  idle',
  },
  {
    name: 'the old version of an idle server must go without a successor',
    units: [unit('a', 'container', { hash: 'h2' })],
    containers: [container('a')],
    instances: [instance('a')],
    idle: ['a'],
    plan: ['- disconnect  a  replaced', '- remove      a  replaced'].join('\n'),
  },
  {
    name: 'without discovery foreign containers must be left alone',
    containers: [container('x', {}, { stack: undefined })],
    discover: 'off',
    plan: '',
  },
];

for (const it of CASES) {
  test(it.name, () => {
    const observed: Observed = {
      engine: it.engine ?? { state: 'ready' },
      containers: it.containers ?? [],
      mislabelled: [],
      instances: it.instances ?? [],
      idle: new Set(it.idle ?? []),
      ...(it.images && { images: it.images }),
    };
    const wanted = {
      stackName: 'hive',
      file: 'hive.yaml',
      compiled: { yaml: '', units: it.units ?? [] },
      discover: it.discover ?? 'all',
      stopped: new Set(it.stopped ?? []),
    };
    assert.equal(renderPlan(reconcile(wanted, observed).plan), it.plan);
  });
}

const planOf = (
  containers: readonly ObservedContainer[],
  instances: readonly ObservedInstance[] = [],
  holder?: OtherFile,
) => {
  const compiled = { yaml: '', units: [unit('a', 'container', { image: 'x' })] };
  const wanted = { stackName: 'hive', file: 'hive.yaml', compiled, discover: 'off' as const };
  const engine = { state: 'ready' as const };
  const seen = { engine, containers, instances, holder, mislabelled: [], idle: new Set<string>() };
  const { plan, ignored } = reconcile(wanted, seen);
  return { plan: renderPlan(plan), ignored: ignored.map(({ reason }) => reason) };
};

test('a container that only claims the stack must not be adopted, replaced or removed, but told', () => {
  const forged = [container('a', { maker: 'unknown' }), container('b', { maker: 'unknown' })];
  const { plan, ignored } = planOf(forged);
  assert.equal(plan, '+ create      a  no container\n+ connect     a  created');
  assert.match(ignored.join('\n'), /no gateway of hive.yaml made it/);
});

test('without a proof by key, a container of another image must be replaced, not adopted', () => {
  const plain = container('a', { maker: 'this-file', image: 'docker.io/library/x:latest' });
  assert.equal(planOf([plain]).plan, '+ connect     a  container runs, not connected');
  assert.match(planOf([container('a', { maker: 'this-file', image: 'evil' })]).plan, /- remove +a/);
});

const OTHER = { path: '/b/my stack/hive.yaml', canBeDowned: true };
const RENAME = 'give hive.yaml another `name:`';

test('containers of another file must block new ones and stay untouched; own ones must go on', () => {
  const theirs = container('a', { maker: 'other-file', madeFor: OTHER, containerId: 'b' });
  assert.equal(
    planOf([theirs]).plan,
    '! skip        a  the stack hive is that of /b/my stack/hive.yaml (containers hive-a-1)\n' +
      `    fix: ${RENAME}, or end the other one: npx hive down -c '/b/my stack/hive.yaml'`,
  );
  assert.equal(planOf([theirs, container('a')], [instance('a')]).plan, '');
});

test('containers of a file that is gone must be named with the command that removes them', () => {
  const madeFor = { ...OTHER, canBeDowned: false };
  const theirs = ['a', 'b'].map((name) => container(name, { maker: 'other-file', madeFor }));
  assert.match(planOf(theirs).plan, /fix: .*, or end the other one: docker rm -f hive-a-1 hive-b-1$/);
});

test('the running gateway of another file must block new containers, and be named', () => {
  const { plan } = planOf([], [], { ...OTHER, path: '/b/hive.yaml', pid: 7 });
  assert.equal(
    plan,
    '! skip        a  the stack hive is that of /b/hive.yaml (its gateway runs, pid 7)\n' +
      `    fix: ${RENAME}, or end the other one: npx hive down -c /b/hive.yaml`,
  );
});

test('a holder of the name that says nothing of itself must not be given a command that ends nothing', () => {
  const { plan } = planOf([], [], { path: 'a process', canBeDowned: false });
  assert.match(plan, /fix: give hive\.yaml another `name:`$/);
});

test('an own container whose network was removed must be made again', () => {
  const { plan } = planOf([container('a', { isCutOff: true })], [instance('a')]);
  assert.equal(
    plan.replace(/ +/g, ' '),
    '+ create a its container lost its network\n+ connect a created\n- disconnect a replaced\n- remove a replaced',
  );
});

test('labelled containers that are not served must be reported with the reason', () => {
  const stranger = { stack: undefined, hash: undefined };
  const observed: Observed = {
    engine: { state: 'ready' },
    containers: [
      container('a', { containerName: 'foreign-a' }, stranger),
      container('x', { containerName: 'old-x' }, stranger),
      container('x', { containerName: 'new-x', containerId: 'x-c2', createdAt: 2 }, stranger),
      container('y', { containerName: 'other' }, { stack: 'other' }),
    ],
    mislabelled: [{ containerName: 'wrong', reason: 'label mcp.type must be stdio or http, not absent' }],
    instances: [],
    idle: new Set(),
  };
  const wanted = {
    stackName: 'hive',
    file: 'hive.yaml',
    compiled: { yaml: '', units: [unit('a', 'container')] },
  };
  assert.deepEqual(
    reconcile({ ...wanted, discover: 'all' }, observed).ignored.map(
      (it) => `${it.containerName}: ${it.reason}`,
    ),
    [
      'foreign-a: its label mcp.server=a is taken: hive.yaml has a server of that name',
      'old-x: its label mcp.server=x is taken: new-x has that name and is newer',
      'wrong: label mcp.type must be stdio or http, not absent',
    ],
  );
  const off = reconcile({ ...wanted, discover: 'off' }, observed);
  assert.deepEqual(off.ignored, []);
  assert.deepEqual(off.keptOut, ['foreign-a', 'new-x', 'old-x', 'wrong']);
});

test('a step that begins an instance must say how the instance runs', () => {
  const kindsOf = (engine: Observed['engine']) => {
    const units = [
      unit('a', 'container', {}, { native: { command: 'x', args: [], env: {} } }),
      unit('b', 'native'),
      unit('c', 'remote'),
      unit('d', 'builtin'),
    ];
    const { plan } = reconcile(
      { stackName: 'hive', file: 'hive.yaml', compiled: { yaml: '', units }, discover: 'all' },
      { engine, containers: [], mislabelled: [], instances: [], idle: new Set() },
    );
    return plan.steps.flatMap((step) =>
      'kind' in step ? [`${step.op} ${step.serverName} ${step.kind}`] : [],
    );
  };
  const direct = ['connect b native', 'connect c remote', 'connect d builtin'];
  assert.deepEqual(kindsOf({ state: 'ready' }), ['create a container', 'connect a container', ...direct]);
  assert.deepEqual(kindsOf(absent), ['connect a native', ...direct]);
});

test('all units must be returned, the declared ones first', () => {
  const { units } = reconcile(
    {
      stackName: 'hive',
      file: 'hive.yaml',
      compiled: { yaml: '', units: [unit('b', 'native')] },
      discover: 'all',
    },
    {
      engine: { state: 'ready' },
      containers: [container('a', {}, { stack: undefined })],
      mislabelled: [],
      instances: [],
      idle: new Set(),
    },
  );
  assert.deepEqual(
    units.map(({ server }) => `${server.type} ${server.serverName}`),
    ['native b', 'discovered a'],
  );
});

test('a discovered server must not come near the names and prefixes of the file', () => {
  const units = [unit('web', 'native'), unit('bare', 'native', {}, { view: { ...view, prefix: '' } })];
  const reasonFor = (serverName: string, prefix?: string): string | undefined => {
    const labels = { stack: undefined, ...(prefix === undefined ? {} : { prefix }) };
    const observed = {
      engine: { state: 'ready' as const },
      mislabelled: [],
      instances: [],
      idle: new Set(''),
    };
    const wanted = {
      stackName: 's',
      file: 'hive.yaml',
      compiled: { yaml: '', units },
      discover: 'all' as const,
    };
    return reconcile(wanted, { ...observed, containers: [container(serverName, {}, labels)] }).ignored[0]
      ?.reason;
  };
  assert.match(reasonFor('web') ?? '', /is taken/);
  assert.match(reasonFor('WEB') ?? '', /is taken/);
  assert.match(reasonFor('aaa', 'web') ?? '', /prefix web lies within that of web/);
  assert.match(reasonFor('aaa', 'Web-x') ?? '', /lies within that of web/);
  assert.match(reasonFor('web_x') ?? '', /lies within that of web/);
  assert.match(reasonFor('aaa', '') ?? '', /only servers of the file may go without a prefix/);
  assert.equal(reasonFor('we'), undefined);
  assert.equal(reasonFor('website'), undefined);
});
