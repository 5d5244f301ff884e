/** Base images on a real engine: present, refused and unreachable ones. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { ProgressEvent } from '../../../src/model/progress.ts';
import { type FoundEngine, findEngine } from '../../../src/setup/find-engine.ts';
import { type BaseOutcome, ensureBaseImages } from '../../../src/setup/images/base-images.ts';

async function theEngine(): Promise<FoundEngine> {
  const found = await findEngine();
  assert.equal(found.kind, 'ready');
  return found.engine;
}

/** A registry without images. Engines use plain HTTP on loopback. */
async function emptyRegistry(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/v2/' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(
      request.url === '/v2/' ? '{}' : '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function errorOf(outcome: BaseOutcome | undefined): {
  code: string;
  message: string;
  hint: string | undefined;
} {
  assert.equal(outcome?.kind, 'missing');
  return outcome.error;
}

test('images that exist must be left as they are, without progress', async () => {
  const events: ProgressEvent[] = [];
  const outcomes = await ensureBaseImages(['node:24-slim', 'node:24-slim'], await theEngine(), {
    progress: (event) => events.push(event),
    mayChange: () => Promise.reject(new Error('nothing may change')),
  });
  assert.deepEqual([...outcomes], [['node:24-slim', { kind: 'present' }]]);
  assert.deepEqual(events, []);
});

test('a missing base must be named with its reason and fix, and must not stop the others', async (t) => {
  const registry = await emptyRegistry(t);
  const unknown = `${registry}/no/such:1`;
  const silent = '127.0.0.1:1/no/such:2';
  const events: ProgressEvent[] = [];
  const outcomes = await ensureBaseImages([unknown, silent, 'node:24-slim'], await theEngine(), {
    progress: (event) => events.push(event),
    mayChange: () => Promise.resolve(false),
  });
  assert.deepEqual(outcomes.get('node:24-slim'), { kind: 'present' });

  const refused = errorOf(outcomes.get(unknown));
  assert.equal(refused.code, 'BASE_IMAGE_MISSING');
  assert.ok(refused.message.includes(unknown), refused.message);
  assert.match(refused.hint ?? '', /check its name/);

  const unreachable = errorOf(outcomes.get(silent));
  assert.ok(unreachable.message.includes(silent), unreachable.message);
  assert.match(unreachable.hint ?? '', /node:24-slim, python:3\.13-slim/);
  assert.deepEqual(
    events.filter(({ state }) => state !== 'running').map(({ name, state }) => `${name}: ${state}`),
    [
      `Pull ${unknown}: started`,
      `Pull ${unknown}: failed`,
      `Pull ${silent}: started`,
      `Pull ${silent}: failed`,
    ],
  );
});
