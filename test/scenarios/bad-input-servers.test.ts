/** Native and remote servers that fail to start: each is reported with code, reason, place and fix; the good one keeps serving. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ServerStatus } from '../../src/model/status.ts';
import { createStack, native } from '../helpers/hive.ts';

interface Bad {
  readonly serverName: string;
  readonly obligation: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly code: string;
  readonly reason: RegExp;
  readonly hint: RegExp;
}

const script = (text: string) => ({ type: 'native', command: [process.execPath, '-e', text] });

function badServers(folder: string, base: string): Bad[] {
  return [
    {
      serverName: 'exits',
      obligation: 'a server that exits at once must be told with its exit code and last lines',
      entry: native('crash-on-start'),
      code: 'SERVER_EXITED',
      reason:
        /^exits exited with code 3 while waiting for initialize\n.*stderr:\n.*\n {2}Error: DATABASE_URL is not set/,
      hint: /^set DATABASE_URL in `env` of the entry \(hive\.yaml:\d+\), its value in \.env$/,
    },
    {
      serverName: 'absent',
      obligation: 'a command that is not installed must be named',
      entry: { type: 'native', command: 'hive-no-such-command --flag' },
      code: 'START_FAILED',
      reason: /^cannot start absent: command not found: hive-no-such-command$/,
      hint: /install hive-no-such-command, or write its full path/,
    },
    {
      serverName: 'plain',
      obligation: 'a command that is not executable must be named',
      entry: { type: 'native', command: [join(folder, 'plain.txt')] },
      code: 'START_FAILED',
      reason: /plain\.txt is not executable$/,
      hint: /chmod \+x .*plain\.txt/,
    },
    {
      serverName: 'silent',
      obligation: 'a server that never answers must be given up after timeouts.start',
      entry: { ...native('never-answers'), timeouts: { start: '15s' } },
      code: 'SERVER_TIMEOUT',
      reason:
        /^silent did not answer within 15 s \(waiting for initialize\)\n.*\n {2}waiting for the database/,
      hint: /raise `timeouts\.start`/,
    },
    {
      serverName: 'garbage',
      obligation: 'a program that is no MCP server must be told with what it prints',
      entry: { ...native('garbage-on-stdout'), timeouts: { start: '15s' } },
      code: 'SERVER_GARBAGE',
      reason: /^garbage prints something other than MCP messages\nprinted on stdout:\n {2}tick <html>/,
      hint: /starts an MCP server in stdio mode/,
    },
    {
      serverName: 'refuses',
      obligation: 'a server that answers initialize with an error must be told with its own words',
      entry: script(
        "process.stdin.on('data', d => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(d).id, error: { code: 1, message: 'no licence' } })))",
      ),
      code: 'SERVER_REFUSED',
      reason: /^refuses refused initialize: no licence$/,
      hint: /npx hive logs refuses/,
    },
    {
      serverName: 'unset',
      obligation: 'an unset variable must fail just its server, with the line that uses it',
      entry: { ...native('echo'), env: { A: 'x${HIVE_TEST_NOT_SET}' } },
      code: 'VARIABLE_UNSET',
      reason: /^\$\{HIVE_TEST_NOT_SET\} is not set$/,
      hint: /^set HIVE_TEST_NOT_SET in the environment, or in \.env beside hive\.yaml$/,
    },
    {
      serverName: 'nobody',
      obligation: 'a URL where nobody listens must be told at once',
      entry: { type: 'remote', url: 'http://127.0.0.1:1/mcp' },
      code: 'SERVER_UNREACHABLE',
      reason:
        /^nobody: http:\/\/127\.0\.0\.1:1\/mcp cannot be reached: nothing listens there \(ECONNREFUSED\)$/,
      hint: /its URL and port are right/,
    },
    {
      serverName: 'locked',
      obligation: 'a URL that answers 401 must send people to the credentials',
      entry: { type: 'remote', url: `${base}/401?token=hidden` },
      code: 'LOGIN_REQUIRED',
      reason: /^locked: the server requires a login$/,
      hint: /^npx hive login locked, or set its key in `headers` of its entry$/,
    },
    {
      serverName: 'moved',
      obligation: 'a URL that answers 404 must send people to the path',
      entry: { type: 'remote', url: `${base}/404` },
      code: 'SERVER_REFUSED',
      reason: /^moved: http:\/\/127\.0\.0\.1:\d+\/404 answered HTTP 404/,
      hint: /^check `url` or `path` of this server$/,
    },
    {
      serverName: 'website',
      obligation: 'a URL of a web page must be told as no MCP server',
      entry: { type: 'remote', url: `${base}/page` },
      code: 'SERVER_REFUSED',
      reason:
        /^website: http:\/\/127\.0\.0\.1:\d+\/page is not an MCP server: it answered HTTP 200 with text\/html: <html>/,
      hint: /^check `url` or `path` of this server/,
    },
    {
      serverName: 'other',
      obligation: 'a URL that answers other JSON must be told as no MCP server',
      entry: { type: 'remote', url: `${base}/json`, timeouts: { start: '15s' } },
      code: 'SERVER_REFUSED',
      reason: /^other: http:\/\/127\.0\.0\.1:\d+\/json is not an MCP server: .*\{"hello":"world"\}/,
      hint: /^check `url` or `path` of this server/,
    },
  ];
}

test('servers that fail to start', async (t) => {
  const base = await serveBadAnswers(t);
  const stack = createStack(t, { servers: {} });
  writeFileSync(join(stack.folder, 'plain.txt'), 'not a program\n');
  chmodSync(join(stack.folder, 'plain.txt'), 0o644);
  const bad = badServers(stack.folder, base);
  const entries = bad.map(({ serverName, entry }) => [serverName, entry]);
  stack.save({ servers: { ...Object.fromEntries(entries), good: native('echo') } });
  const hive = await stack.up();
  const first = new Map<string, ServerStatus>();
  await hive.until('each has had its verdict', ({ servers }) => {
    for (const server of servers)
      if (['ready', 'failed'].includes(server.state) && !first.has(server.serverName))
        first.set(server.serverName, server);
    return first.size === bad.length + 1;
  });
  await hive.untilPrinted(/^Hive serves 1 of 13 servers \(1 tool\) at http:/m);
  const health = await (await fetch(hive.url.replace(/mcp$/, 'health'))).text();
  const ps = await stack.hive('ps');
  assert.equal(ps.exitCode, 0);

  for (const { serverName, obligation, code, reason, hint } of bad)
    await t.test(obligation, async () => {
      const status = first.get(serverName);
      assert.equal(status?.state, 'failed');
      assert.equal(status?.code, code);
      assert.match(status?.reason ?? '', reason);
      assert.match(status?.hint ?? '', hint);
      assert.equal(status?.place?.path, stack.file);
      const printed = new RegExp(
        `^${serverName} +failed +${code}: (?:.*\\n)(?: {4}.*\\n)* {4}at hive\\.yaml:${status?.place?.line}\\n(?: {4}.*\\n)* {4}fix: `,
        'm',
      );
      assert.match(hive.output(), printed);
      assert.match(ps.stdout, new RegExp(`^${serverName} +\\w+ +(failed|starting) `, 'm'));
      const told = (JSON.parse(health) as { servers: ServerStatus[] }).servers.find(
        (it) => it.serverName === serverName,
      );
      assert.ok(told, 'it is missing in /health');
    });

  await t.test('the place of an unset variable must be the line that uses it', () => {
    const text = hive.output();
    const place = first.get('unset')?.place;
    assert.ok(text.includes(`at hive.yaml:${place?.line}`));
    assert.match(lineOf(stack.file, place?.line ?? 0), /HIVE_TEST_NOT_SET/);
  });

  await t.test(
    'the good server must keep serving, and calls to the failed ones must say why they fail',
    async () => {
      const client = await hive.client();
      const result = await client.callTool({ name: 'good_echo', arguments: { text: 'x' } });
      assert.deepEqual(result.structuredContent, { text: 'x' });
      const { tools } = await client.listTools();
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ['good_echo'],
      );
    },
  );

  await t.test('a repeated failure must be printed once', () => {
    assert.equal(hive.output().match(/^absent +failed /gm)?.length, 1);
  });

  await t.test('logs and restart of an undeclared server must name the declared ones', async () => {
    for (const args of [
      ['logs', 'nope'],
      ['restart', 'nope'],
    ]) {
      const { exitCode, stderr } = await stack.hive(...args);
      assert.equal(exitCode, 1);
      assert.match(stderr, /^error SERVER_UNKNOWN: there is no server nope.*good/s);
    }
  });

  await t.test(
    'restart must exit with 1 and the reason if the server fails again, and with 0 if it becomes ready',
    async () => {
      const failed = await stack.hive('restart', 'absent');
      assert.equal(failed.exitCode, 1, failed.stdout + failed.stderr);
      assert.match(failed.stdout, /^absent {2}failed +START_FAILED: cannot start absent: command not found/);
      const unset = await stack.hive('restart', 'unset');
      assert.equal(unset.exitCode, 1, unset.stdout + unset.stderr);
      assert.match(unset.stdout, /^unset {2}failed +VARIABLE_UNSET/);
      const good = await stack.hive('restart', 'good');
      assert.equal(good.exitCode, 0, good.stdout + good.stderr);
      assert.match(good.stdout, /^good {2}ready +1 tool$/);
    },
  );
});

test('if all servers fail, up must say so, keep running for a corrected file, and exit with 0 when stopped', async (t) => {
  const stack = createStack(t, { servers: { exits: native('crash-on-start') } });
  const hive = await stack.up();
  await hive.untilPrinted(/^Hive serves 0 of 1 server \(0 tools\) at http:/m);
  stack.save({ servers: { exits: native('echo') } });
  await hive.untilServer('exits', 'ready');
  await hive.untilPrinted(/^exits +ready +1 tool$/m);
  assert.equal(await hive.stop(), 0);
});

function lineOf(file: string, line: number): string {
  return readFileSync(file, 'utf8').split('\n')[line - 1] ?? '';
}

async function serveBadAnswers(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://x').pathname;
    if (path === '/401') response.writeHead(401).end('no entry');
    else if (path === '/page')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hi</html>');
    else if (path === '/json')
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world"}');
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
