/** A server's own words become the change that a person has to make. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerServer, NativeServer } from '../../../src/model/desired.ts';
import { adviserFor } from '../../../src/runtime/advice/advice.ts';
import { missingVariable } from '../../../src/runtime/advice/missing-variable.ts';

const PLACE = { path: '/home/me/hive.json', line: 48 };
const native = (facts: Partial<NativeServer> = {}) =>
  ({ type: 'native', serverName: 's', env: {}, place: PLACE, ...facts }) as NativeServer;
const adviceOf = (lines: string[], server: NativeServer | ContainerServer = native(), environment = {}) =>
  adviserFor(server, environment)?.(lines);

test('the variable that is missing must be found', () => {
  for (const [line, name] of [
    ['Error: BRAVE_API_KEY environment variable is required', 'BRAVE_API_KEY'],
    [
      'Either FIGMA_API_KEY or FIGMA_OAUTH_TOKEN is required (via CLI argument or .env file)',
      'FIGMA_OAUTH_TOKEN',
    ],
    [
      'Error: No access token was provided. Pass --access-token or set SENTRY_ACCESS_TOKEN.',
      'SENTRY_ACCESS_TOKEN',
    ],
    [
      'use the --access-token flag or set the SUPABASE_ACCESS_TOKEN environment variable',
      'SUPABASE_ACCESS_TOKEN',
    ],
    [
      'API key not provided. Pass --api-key=$KEY or set the STRIPE_SECRET_KEY environment variable.',
      'STRIPE_SECRET_KEY',
    ],
    ['Missing required environment variables: JIRA_URL, JIRA_TOKEN', 'JIRA_URL'],
    ['ValueError: OPENAI_API_KEY must be set', 'OPENAI_API_KEY'],
    ["KeyError: 'GITHUB_TOKEN'", 'GITHUB_TOKEN'],
    ['Error: DATABASE_URL is not set', 'DATABASE_URL'],
    ['process.env.NOTION_TOKEN is undefined', 'NOTION_TOKEN'],
    ['Environment variable `TAVILY_API_KEY` not found', 'TAVILY_API_KEY'],
    ['Error [ERR_MODULE_NOT_FOUND]: Cannot find package x', undefined],
    ['error: UNABLE_TO_VERIFY_LEAF_SIGNATURE', undefined],
    ['SLACK_BOT_TOKEN accepted', undefined],
    [`no ${' '.repeat(900)}`, undefined],
  ] as const)
    assert.equal(missingVariable([line]), name, line);
});

test('a missing key must become its name, the line of the entry and what to write, and not be tried fast', () => {
  const lines = ['Error: BRAVE_API_KEY environment variable is required'];
  assert.deepEqual(adviceOf(lines), {
    hint: 'set BRAVE_API_KEY in `env` of the entry (hive.json:48), its value in .env',
    needsEdit: true,
  });
  assert.equal(
    adviceOf(lines, native(), { BRAVE_API_KEY: 'x' })?.hint,
    'set BRAVE_API_KEY: "${BRAVE_API_KEY}" in `env` of the entry (hive.json:48)',
  );
  assert.equal(adviceOf(lines, native({ env: { BRAVE_API_KEY: 'wrong' } })), undefined, 'it is set');
  const container = { ...native(), type: 'container' } as unknown as ContainerServer;
  assert.match(adviceOf(lines, container)?.hint ?? '', /^set BRAVE_API_KEY in/);
});

test('a broken cache of npx must be told with the command that mends it', () => {
  for (const line of [
    "npm error enoent ENOENT: no such file or directory, open '/tmp/co ld/_npx/1a2b3c4d5e6f7a8b/package.json'",
    'npm error ENOTEMPTY: directory not empty, rename /tmp/cold/_npx/1a2b3c4d5e6f7a8b/node_modules/x -> y',
    "Error: Cannot find module '/tmp/cold/_npx/1a2b3c4d5e6f7a8b/node_modules/memory-pager/index.js'",
  ]) {
    const hint = adviceOf([line])?.hint ?? '';
    assert.match(hint, /: rm -rf '?\/tmp\/co ?ld\/_npx\/1a2b3c4d5e6f7a8b'? && npx hive restart s$/, hint);
  }
  const split = ["at 'a", "/tmp/_npx/1a2b3c4d5e6f7a8b/x' ENOENT"];
  assert.doesNotMatch(adviceOf(split)?.hint ?? '', /\n|\\n/, 'a path ends with its line');
});

test('a broken cache of another runner must be told with its folder', () => {
  for (const [line, runner, folder] of [
    [
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from /t/bunc/.bunx-0/@a/b@1.2.3/node_modules/@a/b/x.js",
      'bunx',
      '/t/bunc/.bunx-0/@a/b@1.2.3',
    ],
    ["Cannot find module '/tmp/bunx-1000-b@latest/node_modules/b/x.js'", 'bunx', '/tmp/bunx-1000-b@latest'],
    [
      "Cannot find module 'x' from /c/pnpm/dlx/d08bd4a46a2ed91f7902cb71d8ed2172/mx0-aa4/node_modules/b.js",
      'pnpm dlx',
      '/c/pnpm/dlx/d08bd4a46a2ed91f7902cb71d8ed2172',
    ],
  ] as const)
    assert.equal(
      adviceOf([line])?.hint,
      `its package in the cache of ${runner} is incomplete: rm -rf ${folder} && npx hive restart s`,
    );
});

test('a variable that is set where Hive runs, and that the server lacks, must be named', () => {
  const hint = (line: string, environment: object, server = native()) =>
    adviceOf([line], server, environment as Record<string, string>)?.hint;
  assert.equal(
    hint('Missing X server or $DISPLAY', { DISPLAY: ':0' }),
    'DISPLAY is set where Hive runs, but not passed on to servers: ' +
      'add inheritEnv: [DISPLAY] to the entry (hive.json:48)',
  );
  assert.match(
    hint('self-signed certificate in chain', { PIP_CERT: '/c' }) ?? '',
    /inheritEnv: \[PIP_CERT\]/,
  );
  assert.match(
    hint('getaddrinfo ENOTFOUND x', { npm_config_proxy: 'http://p' }) ?? '',
    /\[npm_config_proxy\]/,
  );
  assert.equal(hint('Missing X server', { DISPLAY: ':0' }, native({ inheritEnv: ['DISPLAY'] })), undefined);
  assert.equal(hint('Missing X server', {}), undefined);
  assert.equal(hint('certificate has expired', { SSL_CERT_FILE: '/c' }), undefined, 'passed on already');
});

for (const [lines, hint] of [
  [
    [
      'npm error code E404',
      'npm error 404 Not Found - GET https://registry.npmjs.org/@modelcontextprotocol%2fserver-nope',
      "npm error 404  The requested resource '@modelcontextprotocol/server-nope@*' could not be found or you do not",
    ],
    /^npm has no package @modelcontextprotocol\/server-nope: check its spelling in the entry \(hive\.json:48\)/,
  ],
  [
    ['npm ERR! code E404', 'npm ERR! 404 Not Found - GET https://r.example/npm/no-such - x'],
    /no package no-such: /,
  ],
  [
    ['npm error code ETARGET', 'npm error notarget No matching version found for is-odd@99.0.0.'],
    /^write a version that exists in the entry \(hive\.json:48\): npm view is-odd versions$/,
  ],
  [['npm error could not determine executable to run'], /npx -y -p PACKAGE PROGRAM/],
  [
    ['npm error code EACCES', 'npm error syscall mkdir', 'npm error path /home/me/.npm/_cacache/content-v2'],
    /^sudo chown -R "\$\(id -u\):\$\(id -g\)" \/home\/me\/\.npm$/,
  ],
  [
    [
      '  × No solution found when resolving tool dependencies:',
      '  ╰─▶ Because no-such was not found in the package',
      '      registry and you require no-such, we can conclude that your requirements are unsatisfiable.',
    ],
    /^PyPI has no package no-such for this Python: check its spelling in the entry/,
  ],
  [
    ['  ╰─▶ Because there is no version of mcp-server-time==99 and you require', '      mcp-server-time==99'],
    /pypi\.org\/project\/mcp-server-time\/#history$/,
  ],
  [
    ['/usr/bin/python3: No module named my_server'],
    /^python3 -m pip install my_server, .* or write command: uvx/,
  ],
  [["ModuleNotFoundError: No module named 'httpx.client'"], /^python3 -m pip install httpx,/],
  [["Error: Cannot find module '/srv/x.js'"], /^there is no \/srv\/x\.js: correct the path in the entry/],
  [
    ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/a/server.mjs"],
    /^cd \/srv\/a && npm install zod$/,
  ],
  [["Error: Cannot find module '/srv/node_modules/a/x.js'"], undefined],
  [['Error: listen EADDRINUSE'], undefined],
] as const)
  test(`a package that cannot be found must bring what to type: ${lines[0]}`, () => {
    const advice = adviceOf([...lines]);
    if (hint === undefined) assert.equal(advice, undefined);
    else assert.match(advice?.hint ?? '', hint);
  });
