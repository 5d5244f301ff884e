/** From a plan to a served call, over an engine in memory. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { type Answer, containerUnit, createWorld, mcpServer } from './world.ts';

/** A world in which the server `a` serves its first version. */
async function serving(t: TestContext, answer?: Answer) {
  const world = createWorld(t);
  world.declare(containerUnit('a'), mcpServer('one', answer));
  await world.reload();
  return world;
}

test('a declared server must be created, connected, listed and called', async (t) => {
  const world = createWorld(t);
  world.declare(containerUnit('a'), mcpServer('one'));
  assert.equal(await world.reload(), '+ create a no container\n+ connect a created');
  assert.deepEqual(world.containers(), ['a:h1 running']);
  assert.deepEqual([world.status('a'), world.listed()], ['ready', ['one']]);
  assert.equal(await world.call('a'), 'one');
  assert.equal(await world.reload(), '');
});

test('an edited server must be replaced only when its new version serves', async (t) => {
  const world = await serving(t);
  const gate = Promise.withResolvers<void>();
  world.declare(
    containerUnit('a', 'h2'),
    (process) => void gate.promise.then(() => mcpServer('two')(process)),
  );
  const reloading = world.reload();
  await world.settle();
  assert.equal(world.status('a'), 'ready | starting the replacement: waiting for initialize');
  assert.deepEqual(world.containers(), ['a:h1 running', 'a:h2 running']);
  assert.equal(await world.call('a'), 'one');
  gate.resolve();
  await reloading;
  assert.deepEqual([world.status('a'), world.listed(), await world.call('a')], ['ready', ['two'], 'two']);
  assert.deepEqual(world.containers(), ['a:h2 running']);
});

test('a version that cannot be created must leave the old one serving, and be tried again', async (t) => {
  const world = await serving(t);
  world.declare(containerUnit('a', 'h2'), mcpServer('two'));
  world.engine.composer.broken.add('a');
  await world.reload();
  assert.match(
    world.status('a'),
    /^ready \| the replacement failed, the old version still serves; trying again in 1 s/,
  );
  assert.equal(await world.call('a'), 'one');
  assert.equal(await world.reload(), '');
  world.engine.composer.broken.clear();
  world.clock.advance(1_000);
  assert.deepEqual(world.requests, ['retrying a']);
  await world.reload();
  assert.deepEqual([world.status('a'), await world.call('a')], ['ready', 'two']);
});

test('an edit that is taken back must clear what was shown of it', async (t) => {
  const world = await serving(t);
  world.declare(containerUnit('a', 'h2'), mcpServer('two'));
  world.engine.composer.broken.add('a');
  await world.reload();
  world.declare(containerUnit('a'), mcpServer('one'));
  await world.reload();
  await world.reload();
  assert.equal(world.status('a'), 'ready');
  assert.deepEqual(world.containers(), ['a:h1 running']);
});

test('a server that crashes must stay listed, and be restarted with growing delays', async (t) => {
  const world = await serving(t);
  for (const delay of [1_000, 2_000, 4_000]) {
    world.engine.all()[0]?.process.exit(1);
    await world.settle();
    assert.match(world.status('a'), new RegExp(`trying again in ${delay / 1_000} s`));
    assert.deepEqual(world.listed(), ['one']);
    assert.equal(await world.reload(), '');
    world.clock.advance(delay);
    await world.reload();
    assert.equal(await world.call('a'), 'one');
  }
  assert.equal(world.engine.all().length, 1);
  assert.equal(world.runtime.board.get('a')?.restarts, 3);
});

test('a server that never comes up must be tried on, at a call too, and a restart try it again', async (t) => {
  const world = createWorld(t);
  let isMended = false;
  world.declare(containerUnit('a'), (process) => (isMended ? mcpServer('one')(process) : process.exit(3)));
  for (let n = 0; n < 5; n += 1) {
    await world.reload();
    if (n < 4) world.clock.advance(8_000);
  }
  assert.match(world.status('a'), /^failed \| failure 5; trying again in 30 s, and at the next call/);
  // The first start is none.
  assert.equal(world.runtime.board.get('a')?.restarts, 4);
  assert.equal(await world.reload(), '');
  world.clock.advance(1_000);
  const refused = world.call('a');
  await world.reload();
  assert.match(await refused, /a has failed: .*exited with code 3/);
  world.clock.advance(1_000);
  isMended = true;
  const answered = world.call('a');
  await world.reload();
  assert.equal(await answered, 'one');
});

test('failures of one kind must be explained once in the log', async (t) => {
  const world = createWorld(t);
  world.declare(containerUnit('a'), (process) => {
    process.stderr(`cannot listen at 127.0.0.1:${40_000 + world.logs.read('a').length}\n`);
    process.exit(3);
  });
  for (let n = 0; n < 3; n += 1) {
    await world.reload();
    world.clock.advance(8_000);
  }
  const told = world.logs.read('a').filter(({ stream, text }) => stream === 'hive' && /failed/.test(text));
  assert.match(told[0]?.text ?? '', /^connect failed: a exited with code 3/);
  assert.deepEqual(
    told.slice(1).map(({ text }) => text),
    ['failed again in the same way', 'failed again in the same way'],
  );
});

test('a restart must try a failed server again at once', async (t) => {
  const world = createWorld(t);
  let isMended = false;
  world.declare(containerUnit('a'), (process) => (isMended ? mcpServer('one')(process) : process.exit(3)));
  await world.reload();
  isMended = true;
  await world.runtime.restart('a');
  await world.settle();
  assert.deepEqual(world.requests, ['restart of a']);
  await world.reload();
  assert.equal(await world.call('a'), 'one');
});

test('a stopped server must leave the lists at once, end after its calls, and be started again', async (t) => {
  const world = await serving(t);
  world.stopped.add('a');
  assert.equal(await world.reload(), '- stop a stopped by `hive stop`');
  const told = 'stopped by `hive stop`, start it with: npx hive start a';
  assert.deepEqual([world.status('a'), world.containers()], [`stopped | ${told}`, ['a:h1 exited']]);
  assert.deepEqual([world.listed(), await world.call('a')], [[], `error: a is ${told}`]);
  assert.equal(await world.reload(), '');
  world.stopped.delete('a');
  assert.equal(await world.reload(), '+ connect a container is exited');
  assert.deepEqual([world.listed(), await world.call('a')], [['one'], 'one']);
});

test('the last lists of a stopped server must not be shown when the gateway starts', async (t) => {
  const world = createWorld(t);
  world.stopped.add('a');
  world.declare(containerUnit('a'), mcpServer('one'));
  assert.equal(await world.reload(), '');
  assert.deepEqual(
    [world.status('a').split(' ')[0], world.listed(), world.containers()],
    ['stopped', [], []],
  );
});

test('a restart must start a fresh process, and wait for calls in flight', async (t) => {
  const held = Promise.withResolvers<void>();
  const world = await serving(t, ({ id, method }, process) => {
    if (method !== 'tools/call') return undefined;
    const result = { content: [{ type: 'text', text: 'late' }] };
    void held.promise.then(() => process.stdout(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`));
    return 'silence';
  });
  const late = world.call('a');
  await world.settle();
  await world.runtime.restart('a');
  await world.settle();
  assert.deepEqual([world.status('a'), world.containers()], ['draining', ['a:h1 running']]);
  held.resolve();
  assert.equal(await late, 'late');
  await world.settle();
  assert.deepEqual(world.containers(), ['a:h1 exited']);
  await world.reload();
  assert.deepEqual([world.status('a'), world.containers()], ['ready', ['a:h1 running']]);
});

test('a restart of a server that is not there must be refused', async (t) => {
  const world = await serving(t);
  await assert.rejects(world.runtime.restart('b'), { code: 'SERVER_UNKNOWN' });
});

test('a server that leaves the file must be drained before its container is removed', async (t) => {
  const world = await serving(t);
  world.remove('a');
  assert.equal(await world.reload(), '- disconnect a not in stack.yaml\n- remove a not in stack.yaml');
  assert.deepEqual([world.containers(), world.listed(), world.runtime.board.all()], [[], [], []]);
  assert.ok(world.engine.requests.includes(`removeNetworks test`));
});

test('a changed view must restart nothing', async (t) => {
  const world = await serving(t);
  const { requests } = world.engine;
  requests.splice(0);
  const changed = { ...containerUnit('a'), viewHash: 'v2' };
  world.declare(
    { ...changed, server: { ...changed.server, view: { ...changed.server.view, prefix: 'p' } } },
    mcpServer('one'),
  );
  assert.match(await world.reload(), /^~ update a/);
  assert.equal(world.runtime.listings()[0]?.view.prefix, 'p');
  assert.deepEqual(requests, ['containers mcp.server']);
  assert.equal(await world.reload(), '');
});

test('an engine that is lost must leave what serves alone, and what is to be made wait for it', async (t) => {
  const world = await serving(t);
  world.declare(containerUnit('b'), mcpServer('two'));
  world.engine.setDown(true);
  await world.reload();
  assert.match(world.status('a'), /^ready \| it still serves/);
  assert.match(world.status('b'), /^unavailable/);
  assert.equal(await world.call('a'), 'one');
  world.engine.setDown(false);
  for (let second = 0; second < 5; second += 1) {
    world.clock.advance(1_000);
    // Pings are answered in between.
    await world.settle();
  }
  assert.deepEqual(world.requests, ['the engine did not answer']);
  await world.reload();
  assert.deepEqual([world.status('a'), world.status('b')], ['ready', 'ready']);
});

test('an engine that refuses one server must not stop the others', async (t) => {
  const world = createWorld(t);
  world.declare(containerUnit('a'), mcpServer('one'));
  world.declare(containerUnit('b'), mcpServer('two'));
  world.engine.failNext('start', new GatewayError('ENGINE_REFUSED', 'no space left'));
  await world.reload();
  const states = ['a', 'b'].map((name) => world.status(name).split(' ')[0]).sort();
  assert.deepEqual(states, ['failed', 'ready']);
});

test('containers without an engine must be unavailable, with the reason', async (t) => {
  const world = createWorld(t, { withEngine: false });
  world.declare(containerUnit('a'), mcpServer('one'));
  await world.reload();
  assert.equal(world.status('a'), 'unavailable | no engine');
  assert.match(await world.call('a'), /^error: a is unavailable: no engine/);
});

test('a container that ran before this gateway must be taken over as it is', async (t) => {
  const world = createWorld(t);
  world.declare(containerUnit('a'), mcpServer('one'));
  const { labels = {}, ...spec } = world.engine.composer.services.get('a') ?? {};
  world.engine.create({ ...spec, labels }).start();
  await world.settle();
  assert.equal(await world.reload(), '+ connect a container runs, not connected');
  assert.equal(await world.call('a'), 'one');
  assert.equal(
    world.engine.requests.some((it) => it.startsWith('stop')),
    false,
  );
});

test('a container that refuses a second initialize must be restarted once, with a message', async (t) => {
  const world = createWorld(t);
  let isFresh = false;
  world.declare(containerUnit('a'), (process) => {
    const refuse: Answer = ({ method }) =>
      method === 'initialize' && !isFresh
        ? { error: { code: -32600, message: 'initialized already' } }
        : undefined;
    mcpServer('one', refuse)(process);
  });
  const { labels = {}, ...spec } = world.engine.composer.services.get('a') ?? {};
  const container = world.engine.create({ ...spec, labels });
  container.start();
  await world.settle();
  void container.process.ended.then(() => {
    isFresh = true;
  });
  await world.reload();
  assert.deepEqual([world.status('a'), await world.call('a')], ['ready', 'one']);
  assert.equal(world.runtime.board.get('a')?.restarts, 1);
  assert.ok(
    world.logs
      .read('a')
      .some(({ text }) => /did not accept a second initialize: restarting it once/.test(text)),
  );
});

test('close must drain everything and stop the containers, once a plan was executed', async (t) => {
  const world = await serving(t);
  await world.runtime.close();
  assert.deepEqual([world.status('a'), world.containers()], ['draining', ['a:h1 exited']]);
  assert.equal(await world.reload(), '+ connect a container is exited');
  assert.deepEqual(world.containers(), ['a:h1 exited']);
});

test('close must stop no containers of a stack in which it has done nothing', async (t) => {
  const world = createWorld(t);
  world.declare(containerUnit('a'), mcpServer('one'));
  const { labels = {}, ...spec } = world.engine.composer.services.get('a') ?? {};
  world.engine.create({ ...spec, labels }).start();
  await world.runtime.close();
  assert.deepEqual(world.containers(), ['a:h1 running']);
});

test('a tag that moves must be shown by the plan, and be followed by a restart, not by a mere reload', async (t) => {
  const world = await serving(t);
  const moved = { imageId: 'sha256:moved', labels: {}, entrypoint: [], command: ['serve'] };
  world.engine.images.set('a:h1', moved);
  const replaced = '+ create a its image has changed\n+ connect a created\n';
  assert.equal(await world.plan(), `${replaced}- disconnect a replaced\n- remove a replaced`);
  assert.equal(await world.reload(), '');
  await world.runtime.restart('a');
  await world.settle();
  assert.equal(await world.reload(), `${replaced}- remove a replaced`);
  assert.deepEqual([await world.call('a'), await world.reload(), await world.plan()], ['one', '', '']);
  assert.equal(
    (await world.engine.inspect(world.engine.all()[0]?.containerId ?? ''))?.imageId,
    'sha256:moved',
  );
});

test('a review must let every server follow its tag, the old one serving until the new one does', async (t) => {
  const world = await serving(t);
  const image = { imageId: 'sha256:moved', labels: {}, entrypoint: [], command: ['serve'] };
  world.engine.images.set('a:h1', image);
  world.engine.setDown(true);
  world.runtime.reviewImages();
  await world.reload();
  world.engine.setDown(false);
  assert.match(await world.reload(), /^\+ create a its image has changed/);
  assert.equal(await world.call('a'), 'one');
  world.engine.images.delete('a:h1');
  world.runtime.reviewImages();
  assert.equal(await world.reload(), '');
});
