/** Paths that clients may mount. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostPathProblem, hostPathsOf } from '../../src/policy/host-paths.ts';

const RULES = {
  allowed: ['/home/ann/stack/data', '/srv/shared'],
  hidden: ['/home/ann/.local/state/hive', '/home/ann/.ssh'],
  guarded: ['/home/ann/stack'],
};

for (const path of ['/home/ann/stack/data', '/home/ann/stack/data/deep/er', '/srv/shared', '/srv/shared/..a'])
  test(`${path} must be allowed`, () => assert.equal(hostPathProblem(path, RULES), undefined));

for (const [path, why] of [
  ['/home/ann/stack/data2', /not below/],
  ['/srv', /not below/],
  ['/', /open this machine/],
  ['/etc', /open this machine/],
  ['/var/run/docker.sock', /open this machine/],
  ['/run/docker.sock', /open this machine/],
  ['/var/lib/docker/volumes', /open this machine/],
  ['/home/ann/stack', /holds \/home\/ann\/stack/],
  ['/home/ann', /would show/],
  ['/home/ann/.ssh', /open this machine/],
  ['/home/ann/.local/state/hive/x', /would show/],
  ['/srv/shared/a:b', /character/],
  ['/srv/shared/${HOME}', /character/],
  ['/srv/shared/a\nb', /character/],
] as const)
  test(`${JSON.stringify(path)} must be refused`, () =>
    assert.match(hostPathProblem(path, RULES) ?? '', why));

for (const path of [
  '/',
  '/etc',
  '/run/docker.sock',
  '/root',
  '/home/ann/.ssh/id',
  '/home/ann/stack',
  '/home/ann',
])
  test(`${path} must be refused even where the file allows all of the machine`, () =>
    assert.notEqual(hostPathProblem(path, { ...RULES, allowed: ['/'] }), undefined));

test('without hostPaths every path must be refused', () =>
  assert.match(hostPathProblem('/srv/shared', { ...RULES, allowed: [] }) ?? '', /the file allows none/));

test('the host paths of an entry are those of its volumes and of its build', () => {
  const volumes = ['notes:/data', './data:/data:ro', '/srv/x:/x', '~/y:/y'];
  assert.deepEqual(hostPathsOf({ volumes, build: './app', dockerfile: '/x/Dockerfile' }), [
    './data',
    '/srv/x',
    '~/y',
    './app',
    '/x/Dockerfile',
  ]);
  assert.deepEqual(hostPathsOf({ build: { context: '../app' } }), ['../app']);
  assert.deepEqual(hostPathsOf({ image: 'x', volumes: ['notes:/data'] }), []);
});
