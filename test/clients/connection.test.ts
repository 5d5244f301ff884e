/** Which entries lead to this gateway, and what a file needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import { changeFor, leadsBack, leadsTo, withKept } from '../../src/clients/connection.ts';
import { type Entry, entryFor } from '../../src/clients/dialects.ts';

const URL = 'http://127.0.0.1:8001/mcp';
const REACHED = { url: URL, file: '/x/hive.yaml', serverName: undefined };
const WISH = {
  reached: REACHED,
  endpoint: 'http',
  isKindNamed: false,
  needsToken: false,
  neededKeys: [],
  names: ['hive', 'hive-x'],
  own: new Set<string>(),
} as const;

test('an entry that Hive writes must be recognised, in the form of every client', () => {
  const stdio = {
    kind: 'stdio',
    command: 'node',
    args: ['/hive.mjs', 'stdio', '-c', '/x/hive.yaml'],
  } as const;
  for (const client of CLIENTS) {
    assert.ok(leadsTo(entryFor(client, { kind: 'http', url: URL }, 'hive'), REACHED), client.id);
    assert.ok(leadsTo(entryFor(client, stdio, 'hive'), REACHED), client.id);
  }
});

test('other spellings of the address must count, other servers, ports and files must not', () => {
  const http = (url: string): boolean => leadsTo({ url }, REACHED);
  const stdio = (...args: string[]): boolean => leadsTo({ command: 'hive', args }, REACHED);
  assert.ok(http('http://localhost:8001/mcp/') && http('http://[::1]:8001/mcp'));
  assert.ok(!http('http://127.0.0.1:8001/mcp/git') && !http('http://127.0.0.1:9001/mcp') && !http('no url'));
  assert.ok(!http('http://127.0.0.1:8001/mcp?view=x') && !http('http://example.com:8001/mcp'));
  assert.ok(stdio('stdio', '--config', '/x/hive.yaml') && !stdio('stdio', 'git', '-c', '/x/hive.yaml'));
  assert.ok(!stdio('stdio', '-c', '/y/hive.yaml') && !stdio('up', '-c', '/x/hive.yaml'));
});

test('an entry of the user that leads here must be adopted, not doubled', () => {
  const entries = new Map([['mine', { url: 'http://localhost:8001/mcp' }]]);
  assert.deepEqual(changeFor(entries, WISH), { kind: 'none', name: 'mine' });
  assert.deepEqual(changeFor(entries, { ...WISH, needsToken: true }), { kind: 'replace', name: 'mine' });
  assert.deepEqual(changeFor(entries, { ...WISH, endpoint: 'stdio', isKindNamed: true }), {
    kind: 'replace',
    name: 'mine',
  });
});

test('a name that others have must stay theirs, unless Hive gave it', () => {
  const entries = new Map([['hive', { url: 'http://127.0.0.1:9/mcp' }]]);
  assert.deepEqual(changeFor(entries, WISH), { kind: 'add', name: 'hive-x' });
  assert.deepEqual(changeFor(entries, { ...WISH, own: new Set(['hive']) }), {
    kind: 'replace',
    name: 'hive',
  });
  const more = new Map<string, object>([...entries, ['hive-x', {}]]) as ReadonlyMap<string, Entry>;
  assert.deepEqual(changeFor(more, WISH), { kind: 'add', name: 'hive-3' });
});

test('an entry that a client would ignore must be completed, with what the user has set in it', () => {
  const entries = new Map([['hive', { type: 'http', url: URL, disabled: true }]]);
  assert.deepEqual(changeFor(entries, { ...WISH, neededKeys: ['tools'] }), { kind: 'replace', name: 'hive' });
  const next = withKept({ type: 'http', url: URL, tools: ['*'] }, entries.get('hive'));
  assert.deepEqual(next, { type: 'http', url: URL, tools: ['*'], disabled: true });
  assert.deepEqual(withKept({ command: 'x', args: [] }, { url: URL, headers: {}, timeout: 9 }), {
    command: 'x',
    args: [],
    timeout: 9,
  });
});

test('an entry of a view must lead to that view alone, and back to the gateway', () => {
  const cursor = { ...REACHED, url: `${REACHED.url}?view=cursor`, viewName: 'cursor' };
  assert.ok(leadsTo({ url: cursor.url }, cursor) && !leadsTo({ url: cursor.url }, REACHED));
  const args = ['stdio', '--view', 'cursor', '-c', REACHED.file];
  assert.ok(leadsTo({ command: 'hive', args }, cursor) && !leadsTo({ command: 'hive', args }, REACHED));
  assert.ok(!leadsTo({ command: 'hive', args: ['stdio', '-c', REACHED.file] }, cursor));
  assert.ok(leadsBack({ url: cursor.url }, REACHED));
});
