/** How long Compose may take, and how much of its output an error quotes. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import timers from 'node:timers/promises';
import { createComposer } from '../../../src/engines/docker/compose.ts';
import type { ComposeProject } from '../../../src/model/composer.ts';

/** A composer whose commands print thirty lines and fail. `limits` are the times that they had. */
function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-compose-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const docker = join(folder, 'docker');
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\\n');
  writeFileSync(docker, `#!/bin/sh\nprintf '${lines}\\n'\nexit 1\n`);
  chmodSync(docker, 0o755);
  const limits: (number | undefined)[] = [];
  const { setTimeout } = timers;
  t.mock.method(timers, 'setTimeout', (ms?: number, ...rest: [unknown, object]) => {
    limits.push(ms);
    return setTimeout(ms, ...rest);
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const project: ComposeProject = {
    name: 'x',
    directory: folder,
    compiled: join(folder, 'compose.yml'),
    files: [join(folder, 'compose.yml')],
    volumes: [],
    environmentFile: '/dev/null',
    values: {},
  };
  return { composer: createComposer({ PATH: folder }, docker), project, limits };
}

test('Compose must have 30 minutes to build, 15 to pull, and 2 to create and start', async (t) => {
  const { composer, project, limits } = world(t);
  const onLine = () => {};
  const { signal } = new AbortController();
  const dockerfile = { path: '/Dockerfile', shown: 'Dockerfile', text: 'FROM x' };
  await assert.rejects(composer.build(project, 's', dockerfile, onLine, signal));
  await assert.rejects(composer.pull(project, 's', 'image', onLine, signal));
  await assert.rejects(composer.create(project, new Map([['s', 1]])));
  await assert.rejects(composer.start(project, 's'));
  assert.deepEqual(
    limits.filter((ms) => ms !== undefined && ms >= 60_000),
    [30 * 60_000, 15 * 60_000, 2 * 60_000, 2 * 60_000],
  );
});

test('an error must quote the last 20 lines of Compose', async (t) => {
  const { composer, project } = world(t);
  await assert.rejects(composer.create(project, new Map([['s', 1]])), ({ message }: Error) => {
    assert.deepEqual(
      message.split('\n').slice(1),
      Array.from({ length: 20 }, (_, index) => `line ${index + 11}`),
    );
    return true;
  });
});
