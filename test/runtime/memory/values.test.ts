/** Digests of secret values, which stand in container labels, and the environments made of values. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Server } from '../../../src/model/desired.ts';
import { composeValues, resolveEnv, valuesDigest } from '../../../src/runtime/memory/values.ts';

const KEY = Buffer.alloc(32, 1);
const container = (parts: object = {}): Server =>
  ({ type: 'container', env: {}, envFile: [], secrets: {}, ...parts }) as unknown as Server;
const PIN = container({ env: { PIN: '${PIN}' } });

function folder(t: TestContext): (name: string, text: string) => string {
  const path = mkdtempSync(join(tmpdir(), 'hive-values-'));
  t.after(() => rmSync(path, { recursive: true }));
  return (name, text) => {
    writeFileSync(join(path, name), text);
    return join(path, name);
  };
}

test('a digest must depend on the key: whoever reads labels could try all values otherwise', async () => {
  const mine = await valuesDigest(PIN, { PIN: '4711' }, KEY);
  assert.match(mine ?? '', /^[0-9a-f]{24}$/);
  assert.equal(await valuesDigest(PIN, { PIN: '4711' }, KEY), mine);
  for (const other of [Buffer.alloc(32, 2), Buffer.alloc(0), Buffer.alloc(31, 1)])
    assert.notEqual(await valuesDigest(PIN, { PIN: '4711' }, other), mine);
});

test('a digest must stay the same from one version of Hive to the next, or each update would restart all servers', async (t) => {
  const file = folder(t);
  const server = container({
    env: { B: '${B} ${A}', A: '${A}' },
    envFile: [file('env', 'V=1\n')],
    secrets: { one: { file: file('secret', 's') }, two: { environment: 'C' } },
  });
  const values = { A: '1', B: '2', C: '3', undefined: 'no variable of the server' };
  const text = 'A=1\0B=2\0C=3\0V=1\n\0s\0';
  const expected = createHmac('sha256', KEY).update(text).digest('hex').slice(0, 24);
  assert.equal(await valuesDigest(server, values, KEY), expected);
});

test('a digest must change with each value that a server has, and with nothing else', async (t) => {
  const file = folder(t);
  const secret = file('secret', 's');
  const envFile = file('env', 'A=1\n');
  const server = container({
    env: { A: '${A}', B: '${B}' },
    envFile: [envFile],
    secrets: { one: { file: secret }, two: { environment: 'C' } },
  });
  const values = { A: '1', B: '2', C: '3', OTHER: 'x' };
  const digest = (changed: object = {}) => valuesDigest(server, { ...values, ...changed }, KEY);
  const before = await digest();
  assert.equal(await digest({ OTHER: 'y' }), before);
  for (const name of ['A', 'B', 'C']) assert.notEqual(await digest({ [name]: 'y' }), before, name);
  assert.notEqual(await digest({ A: '2', B: '1' }), before, 'values must not be exchangeable');
  file('secret', 't');
  const withSecret = await digest();
  assert.notEqual(withSecret, before);
  file('env', 'A=2\n');
  assert.notEqual(await digest(), withSecret);
});

const remote = (parts: object = {}): Server =>
  ({ type: 'remote', url: 'https://x.test/mcp', headers: {}, ...parts }) as unknown as Server;

test('a digest must change with the way to a remote server, and with its certificates', async (t) => {
  const digest = (values: object, server = remote()) => valuesDigest(server, { ...values }, KEY);
  assert.equal(await digest({}), undefined);
  assert.equal(await digest({ HTTPS_PROXY: '' }), undefined);
  const proxied = await digest({ HTTPS_PROXY: 'http://p:1' });
  assert.notEqual(proxied, undefined);
  assert.notEqual(await digest({ HTTPS_PROXY: 'http://p:2' }), proxied);
  assert.equal(
    await digest({ HTTPS_PROXY: 'http://p:1' }, container()),
    undefined,
    'Hive calls it by no proxy',
  );
  const file = folder(t);
  const trusting = remote({ tls: { ca: file('ca.pem', 'one') } });
  const one = await digest({}, trusting);
  assert.notEqual(one, undefined);
  file('ca.pem', 'two');
  assert.notEqual(await digest({}, trusting), one);
  assert.equal(await digest({}, container({ tls: { ca: '/nowhere' } })), undefined);
});

test('text must not move from one file or value to the next without a change of the digest', async (t) => {
  const file = folder(t);
  const files = (a: string, b: string) => container({ envFile: [file('a', a), file('b', b)] });
  const of = (server: Server, values = {}) => valuesDigest(server, values, KEY);
  assert.notEqual(await of(files('AB', '')), await of(files('A', 'B')));
  const two = container({ env: { A: '${A}', B: '${B}' } });
  assert.notEqual(await of(two, { A: '1B=2', B: '' }), await of(two, { A: '1', B: '2' }));
});

test('a server without values must have no digest, and one of files alone must have one', async (t) => {
  assert.equal(await valuesDigest(container(), {}, KEY), undefined);
  const privateKey = folder(t)('key', 'k');
  const remote = {
    type: 'remote',
    url: 'x',
    oauth: { privateKey: { file: privateKey } },
  } as unknown as Server;
  assert.match((await valuesDigest(remote, {}, KEY)) ?? '', /^[0-9a-f]{24}$/);
  assert.equal(await valuesDigest({ type: 'remote', url: 'x' } as unknown as Server, {}, KEY), undefined);
});

test('a login must be made anew with another key or assertion, unless that is a file, which is read each time', async (t) => {
  const file = folder(t);
  const digest = (oauth: object, values = {}) =>
    valuesDigest({ type: 'remote', url: 'x', oauth } as unknown as Server, values, KEY);
  const key = { privateKey: { environment: 'K' } };
  assert.notEqual(await digest(key, { K: '1' }), await digest(key, { K: '2' }));
  const assertion = { assertion: { environment: 'A' } };
  assert.notEqual(await digest(assertion, { A: '1' }), await digest(assertion, { A: '2' }));
  assert.equal(await digest({ assertion: { file: file('assertion', 'a') } }), undefined);
});

test('a file that cannot be read must stop the start, by name and with a way out', async () => {
  const missing = {
    code: 'START_FAILED',
    message: /^\/nowhere\/env cannot be read/,
    hint: /create \/nowhere/,
  };
  await assert.rejects(valuesDigest(container({ envFile: ['/nowhere/env'] }), {}, KEY), missing);
  await assert.rejects(resolveEnv({}, ['/nowhere/env'], {}), missing);
});

test('a file of variables must be read up to 1 MiB, and no further', async (t) => {
  const file = folder(t);
  const whole = file('whole', `A=${'x'.repeat((1 << 20) - 3)}\n`);
  assert.equal((await resolveEnv({}, [whole], {})).A?.length, (1 << 20) - 3);
  await assert.rejects(resolveEnv({}, [file('large', 'x'.repeat((1 << 20) + 1))], {}), /larger than 1 MiB/);
});

test('the entry’s own variables must win over its files, and later files over earlier ones', async (t) => {
  const file = folder(t);
  const files = [file('a', 'A=a\nB=a\nC=a\n'), file('b', 'B=b\nC=b\nD=${V}\n')];
  const env = await resolveEnv({ C: 'own ${V}' }, files, { V: 'v' });
  assert.deepEqual(env, { A: 'a', B: 'b', C: 'own v', D: 'v' });
  const inherited = await resolveEnv({}, [file('c', 'E=${toString}\n')], {});
  assert.deepEqual(inherited, { E: '' });
});

test('a fault in a file of variables must be shown with its line', async (t) => {
  const bad = folder(t)('bad', 'A=1\nB="x\n');
  await assert.rejects(resolveEnv({}, [bad], {}), { code: 'START_FAILED', place: { path: bad, line: 2 } });
});

test('Compose must get a placeholder for an unset variable, and the value of a set one', () => {
  const server = { ...container(), unset: [{ variable: 'A' }, { variable: 'B' }] } as unknown as Server;
  assert.deepEqual(composeValues([server], { B: 'b', C: 'c' }), { A: 'unset', B: 'b', C: 'c' });
});
