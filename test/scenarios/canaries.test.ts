/** A canary in every place where a value may stand, and a search of everything that Hive shows, keeps or runs. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { createShell } from '../helpers/cli.ts';
import { container, createStack, native, type Stack } from '../helpers/hive.ts';

/** Part of every canary. Its letters stay as they are in URLs and JSON. */
const MARK = 'QcanaryQ7f3a91';
const canary = (place: string): string => `${MARK}-${place}-"x\\y+z/`;

/**
 * A cut may leave the beginning or the end of the mark. Base64 of a text with the mark in it holds one of the
 * others, whatever stands before it.
 */
const MARKS = ['QcanaryQ', 'Q7f3a91', ...[0, 1, 2].map((before) => middleOfBase64(before))];

function middleOfBase64(before: number): string {
  const encoded = Buffer.from(`${'.'.repeat(before)}${MARK}`).toString('base64');
  return encoded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + MARK.length) * 8) / 6));
}

/** Variables of the environment, and of `.env`. Paths are such as do not exist. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  C_ENV: canary('env'),
  C_COMMAND: `/opt/${MARK}-command/run`,
  C_ARGUMENT: `${MARK}-argument`,
  C_VOLUME: `/proc/${MARK}-volume`,
  C_SECRET: canary('secret'),
  C_USER: `${MARK}-user`,
};
const DOT_ENV: Readonly<Record<string, string>> = {
  D_HEADER: `${MARK}-header`,
  D_QUERY: `${MARK}-query`,
  D_PASSWORD: `${MARK}-password`,
  D_OAUTH: `${MARK}-oauth`,
  D_BUILD: `${MARK}-build`,
};

/** Kept by `hive secret set`. */
const KEPT: Readonly<Record<string, string>> = {
  K_ENV: canary('kept-env'),
  K_ARGUMENT: `${MARK}-kept-argument`,
  K_HEADER: `${MARK}-kept-header`,
  K_QUERY: `${MARK}-kept-query`,
  K_VOLUME: `/proc/${MARK}-kept-volume`,
  K_FILE: `${MARK}-kept-file`,
  K_OAUTH: `${MARK}-kept-oauth`,
};

function serversAt(port: number): Record<string, unknown> {
  // A literal of a container stands in the compiled file, as it stands in the config.
  const boxEnv = { CANARY_A: '${C_ENV}' };
  const env = { ...boxEnv, CANARY_B: `${MARK}-literal` };
  const address = `127.0.0.1:${port}`;
  return {
    gateway: { use: 'gateway' },
    serves: { ...native('tells-secrets'), env, envFile: ['secret.env'] },
    exits: {
      ...native('tells-secrets', 'exits'),
      env: { ...env, CANARY_K: '${secret:K_ENV}' },
      envFile: ['secret.env'],
    },
    refuses: { ...native('tells-secrets', 'refuses'), env, envFile: ['secret.env'] },
    cut: { ...native('tells-secrets', 'cut'), env, envFile: ['secret.env'] },
    nocommand: { command: '${C_COMMAND}', args: ['--password', `${MARK}-option`] },
    argument: { command: '/nowhere/${C_ARGUMENT}' },
    box: {
      ...container('tells-secrets'),
      env: { ...boxEnv, CANARY_K: '${secret:K_ENV}' },
      envFile: ['secret.env'],
      secrets: { a: { environment: 'C_SECRET' }, b: { file: './secret.txt' }, c: { secret: 'K_FILE' } },
    },
    keptargument: { command: '/nowhere/${secret:K_ARGUMENT}' },
    keptvolume: { ...container('echo'), volumes: ['${secret:K_VOLUME}:/data'] },
    kept: {
      url: `http://${address}/mcp/\${secret:K_QUERY}?key=\${secret:K_QUERY}`,
      headers: { Authorization: 'Bearer ${secret:K_HEADER}' },
    },
    keptoauth: {
      url: `http://${address}/oauth`,
      oauth: { grant: 'client_credentials', clientId: 'me', clientSecret: '${secret:K_OAUTH}' },
    },
    missing: { ...native('echo'), env: { A: '${secret:K_MISSING}' } },
    boxexits: { ...container('tells-secrets', 'exits'), env: boxEnv },
    boxcommand: { ...container('echo'), entrypoint: ['${C_COMMAND}'] },
    boxvolume: { ...container('echo'), volumes: ['${C_VOLUME}:/data'] },
    boxuser: { ...container('echo'), compose: { user: '${C_USER}' } },
    noimage: { type: 'container', image: 'registry.invalid/no/thing:1', env: boxEnv },
    nobuild: { dockerfile: 'Dockerfile', compose: { build: { args: { SECRET: '${D_BUILD}' } } } },
    header: { url: `http://${address}/mcp`, headers: { Authorization: 'Bearer ${D_HEADER}' } },
    // Its body is cut in the middle of the value.
    cutbody: { url: `http://${address}/cut`, headers: { Authorization: 'Bearer ${D_HEADER}' } },
    query: { url: `http://user:\${D_PASSWORD}@${address}/mcp/\${D_QUERY}?key=\${D_QUERY}` },
    oauth: {
      url: `http://${address}/oauth`,
      oauth: { grant: 'client_credentials', clientId: 'me', clientSecret: '${D_OAUTH}' },
    },
  };
}

/** Entries of another client, which has no place for values but the file itself. */
const CLIENT = {
  local: {
    command: 'x',
    args: ['--token', `${MARK}-token`, `--header=Authorization: Bearer ${MARK}-bearer`],
    env: { API_KEY: `${MARK}-key` },
  },
  far: {
    url: `https://example.com/mcp?api_key=${MARK}-query`,
    headers: { Authorization: `Bearer ${MARK}-head` },
  },
};

/** A server that answers with everything that it got. */
async function teller(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    const all = JSON.stringify([request.url, request.headers]);
    const isCut = request.url === '/cut';
    const told = isCut ? '#'.repeat(290) + request.headers.authorization?.replace('Bearer ', '') : all;
    response
      .writeHead(isCut || request.url === '/mcp' ? 403 : 401, { 'x-told': encodeURIComponent(told) })
      .end(told);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('no value may stand in anything that Hive shows, keeps or runs', async (t) => {
  const stack = createStack(t, {});
  const port = await teller(t);
  const write = (name: string, text: string): void => writeFileSync(join(stack.folder, name), text);
  const lines = (values: object): string =>
    Object.entries(values)
      .map((it) => `${it.join('=')}\n`)
      .join('');
  write('.env', lines(DOT_ENV));
  write('secret.env', `CANARY_FILE=${MARK}-file\n`);
  write('secret.txt', `${MARK}-textfile\nsecond ${MARK}-line\n`);
  write('client.json', JSON.stringify({ mcpServers: CLIENT }));
  write('Dockerfile', 'FROM node:24-slim\nARG SECRET\nRUN echo "$SECRET" && false\n');
  stack.save({ servers: serversAt(port) });
  const shown = new Map<string, string>();
  const show = (what: string, text: string): void => void shown.set(what, (shown.get(what) ?? '') + text);

  const stopWatching = watchCommandLines(t, (line) => show('a command line', line));
  await keepSecrets(stack, show);
  const hive = await stack.up({ ...ENVIRONMENT, HIVE_LOG_LEVEL: 'trace' });
  const done = new Set<string>();
  await hive.until('each server has come up or failed', ({ servers }) => {
    for (const { serverName, state, reason } of servers)
      if (state === 'ready' || reason !== undefined) done.add(serverName);
    return servers.every(({ serverName }) => done.has(serverName));
  });
  const client = await hive.client();
  for (const name of [
    'serves',
    'box',
    'exits',
    'refuses',
    'nocommand',
    'boxvolume',
    'cut',
    'header',
    'cutbody',
    'query',
    'oauth',
    'kept',
    'keptargument',
    'keptoauth',
    'keptvolume',
  ])
    show(`a call to ${name}`, await outcomeOf(client.callTool({ name: `${name}_echo` })));
  for (const [name, input] of TOOLS)
    show(`the tool ${name}`, await outcomeOf(client.callTool({ name, arguments: input })));
  for (const path of ['/health', '/ready', '/metrics', '/mcp'])
    show(path, await (await fetch(hive.url.replace(/\/mcp$/, path))).text());
  const page = await fetch(new URL('/', hive.url), { headers: { accept: 'text/html' } });
  show('the page at /', await page.text());
  await showCommands(t, stack, show);

  // An edit that is refused, quotes the file, and stands in the status.
  stack.save({ servers: { ...serversAt(port), bad: { ...native('echo'), env: { A: [`${MARK}-bad`] } } } });
  await hive.until('the edit is refused', ({ troubles }) => troubles.length > 0);
  show('the tool plan_show', await outcomeOf(client.callTool({ name: 'plan_show', arguments: {} })));
  for (const args of [['ps'], ['plan'], ['doctor'], ['validate', '--json']])
    await showCommand(t, stack, args, show);
  stack.save({ servers: serversAt(port) });
  await hive.until('the edit is undone', ({ troubles }) => troubles.length === 0);

  for (const [name, id] of await stack.containers())
    show(
      `the labels of ${name}`,
      (await execa('docker', ['inspect', '-f', '{{json .Config.Labels}}', id])).stdout,
    );
  show('hive up', hive.output());
  await hive.stop();
  await showOffline(t, stack, show);
  stack.save({ gateway: { port: '${C_ENV}' }, servers: serversAt(port) });
  await showOffline(t, stack, show);
  stopWatching();
  for (const [path, text] of filesIn(stack.folder)) show(path, text);
  const leaks = [...shown].flatMap(([what, text]) =>
    MARKS.filter((mark) => text.includes(mark)).map((mark) => `${what}: ${around(text, mark)}`),
  );
  assert.deepEqual(leaks, []);
  assert.match(shown.get('hive ps') ?? '', /there is no \$\{C_COMMAND\}/, 'a variable is shown by its name');
  assert.match(shown.get('hive ps') ?? '', /\$\{secret:K_ARGUMENT\}/, 'and so is a secret');
});

/** The values come by files outside the folder that is searched. */
async function keepSecrets(stack: Stack, show: (what: string, text: string) => void): Promise<void> {
  for (const [name, value] of Object.entries(KEPT)) {
    const file = `${stack.folder}.value`;
    writeFileSync(file, `${value}\n`, { mode: 0o600 });
    const { exitCode, stdout, stderr } = await stack.hive('secret', 'set', name, '--file', file);
    rmSync(file);
    assert.equal(exitCode, 0, stderr);
    show('hive secret set', stdout + stderr);
  }
}

const TOOLS: readonly (readonly [name: string, input: Record<string, unknown>])[] = [
  ['server_list', {}],
  ['plan_show', {}],
  ...[
    'serves',
    'exits',
    'refuses',
    'nocommand',
    'box',
    'boxexits',
    'boxvolume',
    'nobuild',
    'cut',
    'cutbody',
    'query',
    'oauth',
    'kept',
    'keptargument',
    'keptoauth',
    'keptvolume',
    'missing',
  ].flatMap((server) => [
    ['server_show', { server }] as const,
    ['server_logs', { server, limit: 500 }] as const,
  ]),
];

const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    (result) => JSON.stringify(result),
    (error: Error & { data?: unknown }) => JSON.stringify([error.message, error.data]),
  );

/** Commands that find no gateway have to know the values themselves. */
async function showOffline(
  t: TestContext,
  stack: Stack,
  show: (what: string, text: string) => void,
): Promise<void> {
  const client = join(stack.folder, 'client.json');
  const offline = [['plan'], ['plan', '--json'], ['doctor'], ['validate'], ['validate', '--json'], ['ps']];
  for (const args of [...offline, ['compile', '--stdout']]) await showCommand(t, stack, args, show);
  const imported = await createShell(t, {}).hive('import', client, '--write', 'x.yaml', '--dry-run');
  assert.equal(imported.exitCode, 0, imported.stderr);
  show('hive import --dry-run', imported.stdout + imported.stderr);
  await showInit(t, show);
}

/** `hive init` takes over entries with their secrets. */
async function showInit(t: TestContext, show: (what: string, text: string) => void): Promise<void> {
  const shell = createShell(t, {
    '.mcp.json': JSON.stringify({ mcpServers: CLIENT }),
    'docker-compose.yml': JSON.stringify({
      services: { box: { image: 'mcp/box', environment: { API_KEY: `${MARK}-compose` } } },
    }),
  });
  const drafted = await shell.hive('init', '--dry-run', '--yes');
  assert.match(drafted.stdout, /far:/, drafted.stderr);
  show('hive init --dry-run', drafted.stdout + drafted.stderr);
}

async function showCommands(
  t: TestContext,
  stack: Stack,
  show: (what: string, text: string) => void,
): Promise<void> {
  for (const args of [
    ...[
      ['ps'],
      ['ps', '--json'],
      ['logs'],
      ['logs', '--json'],
      ['plan'],
      ['doctor'],
      ['compile', '--stdout'],
      ['secret', 'list'],
      ['secret', 'list', '--json'],
    ],
    ...[
      ['login', 'query'],
      ['login', 'oauth'],
      ['restart', 'nocommand'],
    ],
    ...[
      ['call', 'serves_echo'],
      ['call', 'box_echo', '--json'],
      ['call', 'header_echo'],
      ['calls'],
      ['calls', '--json'],
      ['tools'],
      ['tools', 'refuses'],
      ['tools', '--schema'],
      ['tools', '--json'],
    ],
    ...[['stop', 'serves', 'exits'], ['ps'], ['start', 'serves', 'exits'], ['start', 'refuses']],
  ])
    await showCommand(t, stack, args, show);
}

async function showCommand(
  t: TestContext,
  stack: Stack,
  args: readonly string[],
  show: (what: string, text: string) => void,
): Promise<void> {
  const shell = createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state'), ...ENVIRONMENT });
  const { stdout, stderr } = await shell.hive(...args, '-c', stack.file);
  show(`hive ${args.join(' ')}`, stdout + stderr);
}

/**
 * Programs that Hive runs for itself. Arguments of a server are its own, and stand in the list of processes,
 * also behind the init of its container.
 */
const HELPER = /^(?:\S*\/)?(?:docker(?!-init)[\w-]*|buildctl)\0|main\.[jt]s\0/;

/** Passes on the command lines of helpers that begin while it watches. */
function watchCommandLines(t: TestContext, onLine: (line: string) => void): () => void {
  const looks = new Map<string, number>();
  const look = (): void => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const times = looks.get(pid) ?? 0;
      looks.set(pid, times + 1);
      // A process has its own command line only a moment after its start.
      const line = times < 3 ? textOf(`/proc/${pid}/cmdline`) : '';
      if (HELPER.test(line)) onLine(`${line}\n`);
    }
    timer = setTimeout(look, 50);
  };
  let timer = setTimeout(look, 50);
  t.after(() => clearTimeout(timer));
  return () => clearTimeout(timer);
}

/** All files but those of the user. */
function filesIn(folder: string): (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !/\/(?:\.env|secret\.(?:env|txt)|hive\.yaml|client\.json)$/.test(path))
    .map((path) => [path.slice(folder.length), textOf(path)]);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function around(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return JSON.stringify(text.slice(Math.max(0, at - 200), at + 100));
}
