/** The store of secrets: what it keeps, what it refuses, and what it says when it cannot be read. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { processFiles } from '../../../src/files/process-files.ts';
import type { Keyring } from '../../../src/secrets/store/keyring.ts';
import {
  globalPlace,
  MAX_SECRETS,
  MAX_VALUE_BYTES,
  placeOfStack,
  secretValueOf,
} from '../../../src/secrets/store/names.ts';
import { createSecretReader } from '../../../src/secrets/store/reader.ts';
import { SecretStore } from '../../../src/secrets/store/store.ts';

/** A keyring in memory. */
function memoryKeyring(): Keyring & { readonly keys: Map<string, string>; reads: number } {
  const keys = new Map<string, string>();
  return {
    words: 'the keyring of the test',
    keys,
    reads: 0,
    async read(id) {
      this.reads++;
      return keys.get(id);
    },
    async write(id, key) {
      keys.set(id, key);
    },
    async remove(id) {
      keys.delete(id);
    },
  };
}

function open(t: TestContext, keyring?: Keyring) {
  const root = mkdtempSync(join(tmpdir(), 'hive-secrets-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const tools = {
    keyring,
    newKeyHome: 'any' as const,
    now: () => Date.now(),
    timeText: () => '2026-01-02T00:00:00.000Z',
  };
  const [place, ofAll] = [placeOfStack(join(root, 'hive-12345678')), globalPlace(root)];
  const store = new SecretStore(place, tools);
  const global = new SecretStore(ofAll, tools);
  const reader = createSecretReader({ places: [place, ofAll], files: processFiles, keyring });
  return { store, global, place, read: reader, again: () => new SecretStore(place, tools) };
}

const refusal = async (attempt: () => unknown): Promise<GatewayError> => {
  try {
    await attempt();
  } catch (thrown) {
    assert.ok(thrown instanceof GatewayError, String(thrown));
    return thrown;
  }
  return assert.fail('must be refused');
};

test('a kept secret must be read again, stand nowhere in clear, and be for this user alone', async (t) => {
  const { store, place, read, again } = open(t);
  assert.equal(await store.set('TOKEN', 'ghp_secret'), false);
  assert.equal(await store.set('TOKEN', 'ghp_other'), true);
  assert.deepEqual(again().list(), [{ name: 'TOKEN', since: '2026-01-02T00:00:00.000Z' }]);
  assert.equal((await read(['TOKEN', 'NONE'])).values.TOKEN, 'ghp_other');
  assert.doesNotMatch(readFileSync(place.path, 'utf8'), /ghp_/);
  for (const path of [place.path, place.keyPath]) assert.equal(statSync(path).mode & 0o777, 0o600, path);
  assert.equal(statSync(dirname(place.path)).mode & 0o777, 0o700);
  assert.equal(await store.remove('TOKEN'), true);
  assert.equal(await store.remove('TOKEN'), false);
});

test('changes at the same time must all be kept', async (t) => {
  const { store, again } = open(t);
  const names = Array.from({ length: 20 }, (_, index) => `NAME_${index}`);
  await Promise.all(names.map((name) => again().set(name, name)));
  assert.equal(store.list().length, names.length);
});

test('the secret of the stack must win over the one of all stacks', async (t) => {
  const { store, global, read } = open(t);
  await global.set('A', 'global a');
  await global.set('B', 'global b');
  await store.set('A', 'own a');
  const { values, troubles } = await read(['A', 'B']);
  assert.deepEqual({ ...values }, { A: 'own a', B: 'global b' });
  assert.equal(troubles.size, 0);
});

const DAMAGE: readonly (readonly [what: string, text: (before: string) => string])[] = [
  ['an empty file', () => ''],
  ['a part', (before) => before.slice(0, before.length / 2)],
  ['other JSON', () => '{"version":1}'],
  ['a list', () => '[]'],
  ['entries that are none', (before) => before.replace(/"since": "[^"]*"/, '"since": 1')],
];

for (const [what, text] of DAMAGE)
  test(`a store that became ${what} must be no empty store`, async (t) => {
    const { store, place, read } = open(t);
    await store.set('TOKEN', 'ghp_secret');
    const damaged = text(readFileSync(place.path, 'utf8'));
    writeFileSync(place.path, damaged);
    for (const attempt of [() => store.list(), () => store.set('B', 'b'), () => store.remove('TOKEN')]) {
      const { code, message, hint } = await refusal(attempt);
      assert.equal(code, 'SECRETS_FAILED');
      assert.match(message, /is damaged$/);
      assert.match(hint ?? '', /mv \S+hive-12345678\.json \S+, then npx hive secret set NAME/);
    }
    assert.equal(readFileSync(place.path, 'utf8'), damaged);
    const { values, troubles } = await read(['TOKEN', 'OTHER']);
    assert.deepEqual({ ...values }, {});
    assert.deepEqual([...troubles.keys()], ['TOKEN', 'OTHER'], 'nobody knows which names it has');
  });

test('a store of a newer Hive must be left alone', async (t) => {
  const { store, place } = open(t);
  await store.set('TOKEN', 'x');
  writeFileSync(place.path, readFileSync(place.path, 'utf8').replace('"version": 1', '"version": 2'));
  assert.match((await refusal(() => store.set('B', 'b'))).message, /written by a newer Hive/);
});

test('one damaged value must fail its own secret alone, and be set again', async (t) => {
  const { store, place, read } = open(t);
  await store.set('A', 'value a');
  await store.set('B', 'value b');
  const document = JSON.parse(readFileSync(place.path, 'utf8'));
  // Values are bound to their names: one under another name is damaged too.
  document.secrets.A.sealed = document.secrets.B.sealed;
  writeFileSync(place.path, JSON.stringify(document));
  const { values, troubles } = await read(['A', 'B']);
  assert.deepEqual({ ...values }, { B: 'value b' });
  assert.match(troubles.get('A')?.hint ?? '', /npx hive secret set A/);
  await store.set('A', 'again');
  assert.equal((await read(['A'])).values.A, 'again');
});

test('a key that is missing, or another one, must be told with its place, and nothing be overwritten', async (t) => {
  const { store, place, again, read } = open(t);
  await store.set('TOKEN', 'ghp_secret');
  const key = readFileSync(place.keyPath);
  for (const spoil of [
    () => writeFileSync(place.keyPath, Buffer.alloc(32, 1).toString('base64')),
    () => writeFileSync(place.keyPath, ''),
    () => rmSync(place.keyPath),
  ]) {
    spoil();
    const { code, message, hint } = await refusal(() => again().set('B', 'b'));
    assert.equal(code, 'SECRETS_FAILED');
    assert.ok(message.includes(place.keyPath), message);
    assert.match(hint ?? '', /put the key back from a backup, or begin anew/);
  }
  writeFileSync(place.keyPath, key);
  assert.equal((await read(['TOKEN'])).values.TOKEN, 'ghp_secret');
});

test('a key file that was not written whole must not prevent the first secret', async (t) => {
  const { store, place, read } = open(t);
  mkdirSync(dirname(place.keyPath));
  writeFileSync(place.keyPath, 'AAA');
  await store.set('TOKEN', 'value');
  assert.equal((await read(['TOKEN'])).values.TOKEN, 'value');
});

test('the key must be in the keyring where there is one, and be asked for once', async (t) => {
  const keyring = memoryKeyring();
  const { store, place, read } = open(t, keyring);
  await store.set('TOKEN', 'value');
  assert.equal(store.keyHome, 'keyring');
  assert.equal(existsSync(place.keyPath), false);
  keyring.reads = 0;
  for (let time = 0; time < 3; time++) assert.equal((await read(['TOKEN'])).values.TOKEN, 'value');
  assert.equal(keyring.reads, 1);
});

test('a keyring that keeps nothing must be passed over for a file', async (t) => {
  const keyring = { ...memoryKeyring(), write: async () => {} };
  const { store, read } = open(t, keyring);
  await store.set('TOKEN', 'value');
  assert.equal(store.keyHome, 'file');
  assert.equal((await read(['TOKEN'])).values.TOKEN, 'value');
});

test('a keyring that does not answer must be told with the way out, and a moved key open the same secrets', async (t) => {
  const keyring = memoryKeyring();
  const { store, place, read } = open(t, keyring);
  await store.set('TOKEN', 'value');
  const locked = {
    ...keyring,
    read: async (): Promise<undefined> => Promise.reject(new Error('it is locked')),
  };
  const reader = createSecretReader({ places: [place], files: processFiles, keyring: locked });
  const { troubles } = await reader(['TOKEN']);
  assert.match(troubles.get('TOKEN')?.message ?? '', /does not answer: it is locked/);
  assert.match(troubles.get('TOKEN')?.hint ?? '', /npx hive secret key file/);
  assert.equal((await store.moveKey('file'))?.home, 'keyring');
  assert.equal((await read(['TOKEN'])).values.TOKEN, 'value');
  assert.equal((await store.moveKey('keyring'))?.home, 'file');
  store.removeKeyFile();
  assert.equal((await read(['TOKEN'])).values.TOKEN, 'value');
});

test('names must be those of variables, and their number be bounded', async (t) => {
  const { store } = open(t);
  for (const name of ['', '1A', 'A-B', 'A B', '../A', 'A\n', 'ä', 'A'.repeat(129)])
    assert.equal((await refusal(() => store.set(name, 'x'))).code, 'USAGE', name);
  await fill(store, MAX_SECRETS, 'x');
  const { code, message } = await refusal(() => store.set('ONE_MORE', 'x'));
  assert.equal(code, 'SECRETS_FAILED');
  assert.match(message, /has 500 secrets already/);
  assert.equal(store.list().length, MAX_SECRETS);
});

/** Copies the one entry under other names, as setting each would take a second. */
async function fill(store: SecretStore, count: number, value: string): Promise<void> {
  await store.set('NAME_0', value);
  const document = JSON.parse(readFileSync(store.place.path, 'utf8'));
  for (let index = 1; index < count; index++) document.secrets[`NAME_${index}`] = document.secrets.NAME_0;
  writeFileSync(store.place.path, JSON.stringify(document));
}

test('the values of a store must fit into its bound', async (t) => {
  const { store } = open(t);
  const value = 'x'.repeat(MAX_VALUE_BYTES);
  await fill(store, 47, value);
  assert.match((await refusal(() => store.set('BIG', value))).message, /would be larger than 4 MiB/);
});

test('a value must be text that a variable can hold', () => {
  assert.equal(secretValueOf(Buffer.from('abc\n')), 'abc');
  assert.equal(secretValueOf(Buffer.from('abc\r\n')), 'abc');
  assert.equal(secretValueOf(Buffer.from('a\nb\n\n')), 'a\nb\n', 'one line end is left out');
  assert.equal(secretValueOf(Buffer.alloc(65_536, 'x')).length, 65_536);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('\n'),
    Buffer.from('a\0b'),
    Buffer.from([0xff, 0xfe]),
    Buffer.alloc(65_537, 'x'),
  ])
    assert.throws(() => secretValueOf(bytes), { code: 'VALUE_INVALID' });
});
