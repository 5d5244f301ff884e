/** What is known of a server's era saves a question at its start, as long as it can be trusted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Code, GatewayError } from '../../../src/errors.ts';
import type { Unit } from '../../../src/model/compiled.ts';
import type { Era } from '../../../src/model/era.ts';
import { serverEra } from '../../../src/runtime/steps/server-era.ts';
import { table, unit } from '../instances/harness.ts';

function world(of: Unit = unit()) {
  const { instances } = table();
  const eras = new Map<string, Era>();
  const only = new Set<string>();
  const memory = {
    recall: (key: string) => eras.get(key),
    learn: (key: string, era: Era) => void eras.set(key, era),
    isModernOnly: (key: string) => only.has(key),
    learnModernOnly: (key: string) => void only.add(key),
    suspectStale(key: string) {
      eras.delete(key);
      only.delete(key);
    },
  };
  const next = (imageId?: string) => serverEra(memory, instances.begin(of, 'native'), imageId);
  const fail = (code: Code = 'SERVER_TIMEOUT'): void => {
    const [instance] = instances.all();
    if (instance) instances.failed(instance, new GatewayError(code, 'it failed'));
  };
  return { next, fail };
}

test('an era that a connection has shown must be known until another version may run', () => {
  const { next } = world();
  const era = next();
  assert.equal(era.remembered, undefined);
  era.learn({ learned: undefined }, false);
  assert.equal(next().remembered, undefined);
  era.learn({ learned: 'legacy' }, false);
  assert.equal(next().remembered, 'legacy');
  era.suspectStale();
  assert.equal(next().remembered, undefined);
});

test('another image must be another server', () => {
  const { next } = world();
  next('sha256:1').learn({ learned: 'modern' }, false);
  assert.deepEqual([next('sha256:1').remembered, next('sha256:2').remembered], ['modern', undefined]);
});

test('a warm process must not be believed to be legacy: an earlier gateway may have chosen that', () => {
  const { next } = world();
  next().learn({ learned: 'legacy' }, true);
  assert.equal(next().remembered, undefined);
  next().learn({ learned: 'modern' }, true);
  assert.equal(next().remembered, 'modern');
});

test('a process that stayed silent must be tried without the question, in turn with it', () => {
  const { next, fail } = world();
  next();
  const remembered = [1, 2, 3].map(() => {
    fail();
    return next().remembered;
  });
  // The question may have silenced it, or it may just be slow.
  assert.deepEqual(remembered, ['legacy', undefined, 'legacy']);
});

test('a process that failed in another way must be asked again', () => {
  const { next, fail } = world();
  next();
  fail('SERVER_EXITED');
  assert.equal(next().remembered, undefined);
});

test('a server known to be modern must not become legacy because one start of it was slow', () => {
  const { next, fail } = world();
  next().learn({ learned: 'modern' }, false);
  fail();
  assert.equal(next().remembered, 'modern');
  fail();
  assert.equal(next().remembered, undefined, 'another version may hang at the question: both are asked');
});

test('a remote server must be asked also after a failure', () => {
  const { next, fail } = world(
    unit('files', { server: { ...unit().server, type: 'remote' } as Unit['server'] }),
  );
  next();
  fail();
  assert.equal(next().remembered, undefined);
});

test('a server that lacks the legacy era must be known until another version may run', () => {
  const { next } = world();
  next().learnModernOnly();
  assert.equal(next().isModernOnly, true);
  next().suspectStale();
  assert.equal(next().isModernOnly, false);
});
