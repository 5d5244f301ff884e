/** Entries as clients write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import { type Entry, entryFor } from '../../src/clients/dialects.ts';

const URL = 'http://127.0.0.1:8001/mcp';
const HTTP = { kind: 'http', url: URL } as const;
const STDIO = { kind: 'stdio', command: '/bin/node', args: ['/hive.mjs', 'stdio'] } as const;
const HEADERS = { Authorization: 'Bearer T' };

/** Entries of @gleanwork/mcp-config-schema 5.2.0 and add-mcp 2.4.0, where one needs nothing else. */
const AGREED: Readonly<Record<string, Entry>> = {
  antigravity: { serverUrl: URL, headers: HEADERS },
  'claude-code': { type: 'http', url: URL, headers: HEADERS },
  cline: { type: 'streamableHttp', url: URL, headers: HEADERS, disabled: false },
  codex: { url: URL, http_headers: HEADERS },
  copilot: { type: 'http', url: URL, headers: HEADERS, tools: ['*'] },
  cursor: { url: URL, headers: HEADERS },
  gemini: { httpUrl: URL, headers: HEADERS },
  grok: { url: URL, headers: HEADERS },
  junie: { url: URL, headers: HEADERS },
  'kimi-code': { transport: 'http', url: URL, headers: HEADERS },
  kiro: { url: URL, headers: HEADERS },
  opencode: { type: 'remote', url: URL, headers: HEADERS, enabled: true },
  vscode: { type: 'http', url: URL, headers: HEADERS },
  windsurf: { serverUrl: URL, headers: HEADERS },
};

test('entries must be those that other programs write', () => {
  for (const [id, expected] of Object.entries(AGREED)) {
    const client = CLIENTS.find((it) => it.id === id);
    assert.ok(client, id);
    assert.deepEqual(entryFor(client, { ...HTTP, token: { value: 'T' } }, 'hive'), expected, id);
  }
});

test('every entry must hold the address or the command, and the token only if there is one', () => {
  for (const client of CLIENTS) {
    assert.ok(JSON.stringify(entryFor(client, HTTP, 'hive')).includes(URL), client.id);
    assert.doesNotMatch(JSON.stringify(entryFor(client, HTTP, 'hive')), /Bearer|eaders/, client.id);
    assert.match(
      JSON.stringify(entryFor(client, STDIO, 'hive')),
      /\/bin\/node.*\/hive\.mjs.*stdio/,
      client.id,
    );
    if (client.shape === 'list') assert.equal(entryFor(client, HTTP, 'mine').name, 'mine');
  }
});

test('a reference must name the variable, and never hold a token', () => {
  for (const client of CLIENTS.filter(({ reference }) => reference !== undefined)) {
    const text = JSON.stringify(entryFor(client, { ...HTTP, token: { variable: 'HIVE_T' } }, 'hive'));
    assert.match(text, /HIVE_T/, client.id);
  }
});
