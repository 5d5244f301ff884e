/** What a remote server is sent, once its variables have their values. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RemoteServer } from '../../../src/model/desired.ts';
import { openRemote } from '../../../src/runtime/steps/open-server.ts';
import { ask, collect } from '../../contract/collect.ts';
import { serve } from '../links/http/served.ts';

const remote = (url: string, headers: Record<string, string> = {}): RemoteServer =>
  ({ type: 'remote', serverName: 'away', url, headers }) as unknown as RemoteServer;

const open = (server: RemoteServer, values: Record<string, string>) =>
  openRemote(server, values, undefined, collect().events);

for (const [value, server, place] of [
  ['foo', remote('${X}'), 'url of away is not a URL.*, with the value of \\$\\{X\\}'],
  ['s3cret cret', remote('https://h.test/${X}'), 'url of away'],
  ['', remote('https://${X}'), 'url of away'],
  ['99999', remote('http://127.0.0.1:${X}/mcp'), 'url of away'],
  ['a\nb', remote('https://h.test/', { Key: 'Bearer ${X}' }), 'headers.Key of away'],
  ['“a”', remote('https://h.test/', { Key: '${X}' }), 'headers.Key of away'],
] as const)
  test(`a value that fits no URL or header must be named by its variable: ${JSON.stringify(value)}`, async () => {
    await assert.rejects(open(server, { X: value }), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'VALUE_INVALID');
      assert.match(error.message, new RegExp(`^${place}`));
      assert.match(error.hint ?? '', /correct \$\{X\}, in \.env/);
      assert.ok(value === '' || !error.message.includes(value), error.message);
      return true;
    });
  });

test('line breaks and blanks around a value must not be sent', async (t) => {
  const { origin, seen } = await serve(t);
  const answers = collect();
  const server = remote('${X}', { Key: '${KEY}' });
  const link = await openRemote(server, { X: `${origin}/mcp\n`, KEY: ' k\n' }, undefined, answers.events);
  t.after(() => link.close(0));
  await ask(link, answers, 1, 'tools/call', '{}');
  assert.equal(seen[0]?.headers.key, 'k');
});
