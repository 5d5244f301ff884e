import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { ImageFacts } from '../../../src/model/engine.ts';
import { createBench } from './harness.ts';

const IMAGE: ImageFacts = { imageId: 'sha256:i', labels: {}, entrypoint: ['run'], command: ['$serve'] };
const ensureImage = async (): Promise<ImageFacts> => IMAGE;

test('a container must be made for a pipe, with empty FIFOs in a folder of its own', async (t) => {
  const bench = createBench(t);
  const { containerId, pipe = '' } = await bench.maker.make(bench.declare('files'), ensureImage);
  assert.equal(bench.engine.get(containerId)?.spec.labels?.['mcp.server'], 'files');
  assert.ok(pipe.startsWith(join(bench.state.pipes, 'files-')), pipe);
  assert.ok(statSync(join(pipe, 'in')).isFIFO());
  const { command, volumes, labels } = bench.service('files') ?? {};
  assert.deepEqual(command, ['run', '$$serve']);
  assert.equal((volumes as { source: string }[])[0]?.source, pipe);
  assert.deepEqual(labels, { 'mcp.link': 'pipe' });
});

test('servers that start together must be made by one run of Compose, each by its own service', async (t) => {
  const { engine, maker, declare } = createBench(t, { locality: 'remote' });
  const servers = [declare('a'), declare('b')];
  const made = await Promise.all(servers.map((server) => maker.make(server, ensureImage)));
  assert.deepEqual(engine.composer.runs, ['create a b']);
  const names = made.map(({ containerId }) => engine.get(containerId)?.spec.labels?.['mcp.server']);
  assert.deepEqual(names, ['a', 'b']);
});

test('a new container must be made beside the old one of the same server', async (t) => {
  const { engine, maker, declare } = createBench(t, { locality: 'remote' });
  const server = declare('a');
  const first = await maker.make(server, ensureImage);
  const second = await maker.make(server, ensureImage);
  assert.notEqual(first.containerId, second.containerId);
  assert.equal(engine.all().length, 2);
});

test('a server that cannot be linked by pipe must be linked by attach, and its log say why', async (t) => {
  const far = createBench(t, { locality: 'remote' });
  const { pipe } = await far.maker.make(far.declare('files'), ensureImage);
  assert.equal(pipe, undefined);
  assert.deepEqual(far.service('files'), { labels: { 'mcp.link': 'attach' } });
  assert.deepEqual(far.logged(), ['linked by attach, not by pipe: the engine is not on this machine']);
});

test('an engine that does not see the folder of the FIFOs must be remembered, and attach be used', async (t) => {
  const bench = createBench(t);
  const { engine, maker, declare, state, openPipes } = bench;
  const create = engine.composer.create.bind(engine.composer);
  t.mock.method(engine.composer, 'create', async (...args: Parameters<typeof create>) => {
    const volumes = bench.service('files')?.volumes as { source: string }[] | undefined;
    if (volumes) throw new GatewayError('CREATE_FAILED', `no such path: ${volumes[0]?.source}`);
    return create(...args);
  });
  assert.equal((await maker.make(declare('files'), ensureImage)).pipe, undefined);
  assert.deepEqual(readdirSync(state.pipes), []);
  assert.equal(openPipes().refusal('other'), 'the engine does not see the folders of this machine');
});

test('a config that asks for a pipe must get no other link', async (t) => {
  const { maker, declare, engine } = createBench(t);
  const server = declare('files', { link: 'pipe' });
  const empty = async (): Promise<ImageFacts> => ({ imageId: 'i', labels: {}, entrypoint: [], command: [] });
  await assert.rejects(maker.make(server, empty), {
    code: 'SERVER_UNREACHABLE',
    message: 'files cannot be linked by pipe: neither its image nor its entry names a command',
    hint: /link: attach/,
  });
  assert.deepEqual(engine.all(), []);
});

test('a container that is not made must leave no FIFOs behind', async (t) => {
  const { maker, declare, engine, state } = createBench(t);
  const server = declare('files');
  engine.composer.broken.add('files');
  await assert.rejects(maker.make(server, ensureImage), {
    code: 'CREATE_FAILED',
    message: 'files is broken',
  });
  assert.deepEqual(readdirSync(state.pipes), []);
});

test('an image that cannot be brought must be the failure, before anything is made', async (t) => {
  const { maker, declare, engine, state } = createBench(t);
  const missing = () => Promise.reject(new GatewayError('IMAGE_NOT_FOUND', 'no such image'));
  await assert.rejects(maker.make(declare('files'), missing), { code: 'IMAGE_NOT_FOUND' });
  assert.deepEqual([engine.composer.runs, existsSync(state.pipes)], [[], false]);
});
