import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sweepFifos } from '../../../src/runtime/containers/pipes.ts';
import { makeFifos } from '../../../src/runtime/links/container/fifos.ts';
import { PipeError } from '../../../src/runtime/links/container/pipe-error.ts';
import { createBench, temporaryFolder } from './harness.ts';

const DAY_MS = 24 * 60 * 60_000;
const ENGINE = new PipeError('engine', 'nothing came');
const IMAGE = new PipeError('image', 'no shell');

test('pipes must be tried only on an engine of this machine', (t) => {
  assert.equal(createBench(t).pipes.refusal('i'), undefined);
  assert.equal(createBench(t, { locality: 'vm' }).pipes.refusal('i'), 'the engine runs in a virtual machine');
  assert.equal(
    createBench(t, { locality: 'remote' }).pipes.refusal('i'),
    'the engine is not on this machine',
  );
});

test('a refusal must hold for all that will fail in the same way, and over a restart', (t) => {
  const { pipes, openPipes } = createBench(t);
  pipes.refused(new PipeError('container', 'its disk is full'), 'a');
  assert.equal(pipes.refusal('a'), undefined);
  pipes.refused(IMAGE, 'a');
  assert.deepEqual([pipes.refusal('a'), pipes.refusal('b')], ['no shell', undefined]);
  pipes.refused(ENGINE, 'a');
  assert.deepEqual([openPipes().refusal('a'), openPipes().refusal('b')], ['nothing came', 'nothing came']);
});

test('a silent container must not be held against an engine with which a pipe works', (t) => {
  const { pipes } = createBench(t, { hasPipe: true });
  pipes.refused(ENGINE, 'a');
  assert.deepEqual([pipes.refusal('a'), pipes.refusal('b')], ['nothing came', undefined]);
  const other = createBench(t).pipes;
  other.refused(ENGINE, 'a');
  other.worked();
  assert.equal(other.refusal('b'), undefined);
});

test('a refusal must be forgotten after a day', (t) => {
  const { pipes, openPipes, clock } = createBench(t);
  pipes.refused(IMAGE, 'a');
  clock.advance(DAY_MS - 1);
  assert.equal(openPipes().refusal('a'), 'no shell');
  clock.advance(1);
  assert.equal(openPipes().refusal('a'), undefined);
});

test('200 refusals must be remembered, the latest ones', (t) => {
  const { pipes, openPipes } = createBench(t);
  for (let image = 0; image <= 200; image++) pipes.refused(IMAGE, `${image}`);
  assert.deepEqual(
    ['0', '1', '200'].map((image) => openPipes().refusal(image)),
    [undefined, 'no shell', 'no shell'],
  );
});

test('a record that cannot be read must count as empty', (t) => {
  const { openPipes, state } = createBench(t);
  for (const text of ['', '{', '{"version":2,"refusals":[]}', '{"version":1,"refusals":[1,{"key":1}]}']) {
    writeFileSync(state.pipeRecord, text);
    assert.equal(openPipes().refusal('a'), undefined);
  }
});

test('folders that no container uses must be removed, unless they hold something else', async (t) => {
  const root = temporaryFolder(t);
  const folder = (name: string): string => join(root, name);
  for (const name of ['used', 'stale']) await makeFifos(folder(name));
  mkdirSync(folder('foreign'));
  writeFileSync(join(folder('foreign'), 'kept'), '');
  await sweepFifos(root, new Set([folder('used'), undefined]));
  assert.deepEqual(readdirSync(root).toSorted(), ['foreign', 'used']);
  await sweepFifos(folder('no-such-folder'), new Set());
});
