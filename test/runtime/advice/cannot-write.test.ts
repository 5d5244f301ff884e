/** A container whose process may not write is told what to change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerServer } from '../../../src/model/desired.ts';
import { cannotWrite } from '../../../src/runtime/advice/cannot-write.ts';

const server = (facts: Partial<ContainerServer> = {}) =>
  ({ readOnly: false, tmpfs: [], volumes: [], ...facts }) as unknown as ContainerServer;

for (const line of [
  'npm error code EROFS\nnpm error syscall mkdir\nnpm error path /root/.npm',
  "Error: EROFS: read-only file system, open '/app/x'",
  "OSError: [Errno 30] Read-only file system: '/app/cache'",
  "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp']",
  "Error: ENOENT: no such file or directory, mkdir '/root/.npm'",
])
  test(`a read-only root must be named with what to add: ${line.slice(0, 60)}`, () => {
    const readOnly = server({ readOnly: true });
    assert.match(cannotWrite(readOnly, line) ?? '', /add tmpfs: \["\/tmp:exec"\] and env: \{ HOME: \/tmp \}/);
    assert.match(
      cannotWrite(server({ readOnly: true, tmpfs: ['/tmp:exec'] }), line) ?? '',
      /add env: \{ HOME: \/tmp \} to/,
    );
    if (!line.includes('ENOENT')) return;
    assert.equal(cannotWrite(server(), line), undefined, 'the root is not read-only');
  });

test('a tmpfs without exec must be named', () => {
  const line = 'sh: 1: /tmp/.npm/_npx/1/node_modules/.bin/x: Permission denied';
  assert.match(
    cannotWrite(server({ readOnly: true, tmpfs: ['/tmp'] }), line) ?? '',
    /write "\/tmp:exec" in `tmpfs`/,
  );
  assert.equal(cannotWrite(server({ readOnly: true, tmpfs: ['/tmp:exec'] }), line), undefined);
});

test('a volume of another owner must be named with its folder and user', () => {
  for (const line of [
    "Error: EACCES: permission denied, open '/data/m.json'",
    "PermissionError: [Errno 13] Permission denied: '/data/m.json'",
  ]) {
    const said = cannotWrite(server({ volumes: ['mem:/data'], user: '1000:1000' }), line) ?? '';
    assert.match(said, /^\/data belongs to another user than 1000:1000/);
    assert.match(said, /RUN mkdir -p \/data && chown 1000:1000 \/data/);
    assert.equal(cannotWrite(server({ volumes: ['mem:/database'] }), line), undefined);
  }
});

test('a home that the user cannot write to must get another', () => {
  const line = "npm error Error: EACCES: permission denied, mkdir '/.npm'";
  assert.match(cannotWrite(server({ user: '4242:4242' }), line) ?? '', /add env: \{ HOME: \/tmp \}/);
  assert.equal(cannotWrite(server(), 'Permission denied (publickey)'), undefined);
});

test('a line of any length must be read in no time', () => {
  const startedAt = process.cpuUsage().user;
  cannotWrite(server({ readOnly: true }), `permission denied ${'/ '.repeat(4_000)}mkdir`.repeat(2));
  assert.ok(process.cpuUsage().user - startedAt < 1_000_000);
});
