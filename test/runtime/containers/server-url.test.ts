import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverUrl } from '../../../src/runtime/containers/open-container.ts';

const PATHS = [
  '/mcp',
  '/mcp?key=a/b?c',
  '@127.0.0.1:7777/internal/admin?x=',
  '@169.254.169.254/latest',
  '//127.0.0.1:7777/x',
  '\\\\127.0.0.1\\x',
  ':7777/x',
  '.evil.example/x',
  'http://127.0.0.1:7777/x',
  '/../../x#@127.0.0.1',
];

for (const path of PATHS)
  test(`the address of a server must stay its own with the path ${path}`, () => {
    const { origin, username, hash } = new URL(serverUrl({ host: '172.17.0.2', port: 80 }, path));
    assert.deepEqual([origin, username, hash], ['http://172.17.0.2', '', '']);
  });

test('path and query must reach the server as written', () => {
  assert.equal(serverUrl({ host: '[::1]', port: 3000 }, '/a/mcp?k=v?w'), 'http://[::1]:3000/a/mcp?k=v?w');
});
