/** The files whose contents must not be shown: each is read once, and one that cannot be read is empty. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileReader } from '../../src/files/file-reader.ts';
import type { Server } from '../../src/model/desired.ts';
import { readSecretFiles } from '../../src/secrets/read-secret-files.ts';

const MIB = 1 << 20;
const FILES: Readonly<Record<string, string>> = {
  '/env': 'A=1\nB=${A}${OUTSIDE}${toString}\n',
  '/bad': 'A="no end\n',
  '/key': 'k\n',
  '/id': 'id-token',
  '/secret': 's',
};

/** Reads the files of some servers, with the names and limits for which they were asked. */
async function read(...servers: object[]) {
  const asked: [path: string, maxBytes: number][] = [];
  const reader = {
    text: async (path: string, maxBytes: number) => {
      asked.push([path, maxBytes]);
      const text = FILES[path];
      if (text === undefined) throw new Error('missing');
      return text;
    },
  } as unknown as FileReader;
  const files = await readSecretFiles(servers as Server[], { OUTSIDE: 'x' }, reader);
  return { files, asked: asked.sort() };
}

test('env files and files of secrets must be read once each, up to 1 MiB, and no others', async () => {
  const { asked } = await read(
    { type: 'container', envFile: ['/env'], secrets: { a: { file: '/secret' }, b: { environment: 'X' } } },
    { type: 'native', envFile: ['/env', '/missing'] },
    { type: 'remote', oauth: { privateKey: { file: '/key' }, assertion: { file: '/id' } } },
    { type: 'remote', oauth: { assertion: { environment: 'X' } } },
    { type: 'remote' },
    { type: 'builtin' },
  );
  assert.deepEqual(
    asked,
    ['/env', '/id', '/key', '/missing', '/secret'].map((path) => [path, MIB]),
  );
});

test('the variables and the text of a file must be found by its path', async () => {
  const { files } = await read(
    { type: 'container', envFile: ['/env'], secrets: { a: { file: '/secret' } } },
    { type: 'remote', oauth: { privateKey: { file: '/key' } } },
  );
  assert.deepEqual({ ...files.variables('/env') }, { A: '1', B: '1x' });
  assert.deepEqual([files.text('/secret'), files.text('/key')], ['s', 'k\n']);
});

test('a file that is missing, unknown or not as Compose reads it must be empty', async () => {
  const { files } = await read({ type: 'container', envFile: ['/bad', '/missing'], secrets: {} });
  for (const path of ['/bad', '/missing', '/unknown'])
    assert.deepEqual({ ...files.variables(path) }, {}, path);
  assert.notEqual(files.variables('/bad'), undefined);
  assert.deepEqual([files.text('/missing'), files.text('/unknown')], ['', '']);
});
