/** The command line tools of keyrings, as programs that note what they get. */
import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findKeyring } from '../../../src/secrets/store/keyring.ts';

const LIMIT_MS = 30_000;

const isThere = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

function program(t: TestContext, name: string, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-keyring-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), `#!/bin/sh\ncd ${folder}\necho "$*" >> args\n${script}\n`, {
    mode: 0o755,
  });
  const env = { PATH: `/nowhere:${folder}:${process.env.PATH}`, DBUS_SESSION_BUS_ADDRESS: 'unix:x' };
  return { env, args: () => readFileSync(join(folder, 'args'), 'utf8') };
}

async function assertKeeps(keyring: ReturnType<typeof findKeyring>): Promise<void> {
  assert.ok(keyring);
  assert.equal(await keyring.read('id1'), undefined);
  await keyring.write('id1', 'KEYKEY');
  assert.equal(await keyring.read('id1'), 'KEYKEY');
  await keyring.remove('id1');
  assert.equal(await keyring.read('id1'), undefined);
}

const SECRET_TOOL = `case "$1" in
  store) cat > key;;
  lookup) [ -f key ] && cat key || exit 1;;
  clear) rm -f key;;
esac`;

test('secret-tool must keep a key, which no argument has', async (t) => {
  const { env, args } = program(t, 'secret-tool', SECRET_TOOL);
  const keyring = findKeyring(env, 'linux', isThere, LIMIT_MS);
  await assertKeeps(keyring);
  assert.match(args(), /^lookup application hive key id1$/m);
  assert.doesNotMatch(args(), /KEYKEY/);
});

const SECURITY = `case "$1" in
  -i) sed -n 's/.*-w \\(.*\\)/\\1/p' > key;;
  find-generic-password) [ -f key ] && cat key || exit 44;;
  delete-generic-password) rm -f key;;
esac`;

test('security of macOS must keep a key, which no argument has', async (t) => {
  const { env, args } = program(t, 'security', SECURITY);
  const keyring = findKeyring(env, 'darwin', isThere, LIMIT_MS);
  await assertKeeps(keyring);
  assert.doesNotMatch(args(), /KEYKEY/);
});

test('a tool that fails must be told in its words, and one that hangs be ended', async (t) => {
  const failing = program(t, 'secret-tool', 'echo "Cannot autolaunch D-Bus" >&2; exit 1');
  const keyring = findKeyring(failing.env, 'linux', isThere, LIMIT_MS);
  await assert.rejects(async () => keyring?.read('id1'), /Cannot autolaunch D-Bus/);
  await assert.rejects(async () => keyring?.write('id1', 'k'), /Cannot autolaunch D-Bus/);
  const hanging = program(t, 'secret-tool', 'exec sleep 600');
  await assert.rejects(
    async () => findKeyring(hanging.env, 'linux', isThere, 50)?.read('id1'),
    /it does not answer/,
  );
});

test('without a tool, or a session that it could ask, there must be no keyring', (t) => {
  const { env } = program(t, 'secret-tool', '');
  assert.equal(findKeyring({ PATH: env.PATH }, 'linux', isThere, LIMIT_MS), undefined);
  assert.equal(findKeyring({ ...env, PATH: '/nowhere' }, 'linux', isThere, LIMIT_MS), undefined);
  assert.equal(findKeyring({ ...env, PATH: '/nowhere' }, 'darwin', isThere, LIMIT_MS), undefined);
});
