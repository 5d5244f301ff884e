/** What people write, and what they must be told. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkFile } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/source/diagnostics.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hive-mistakes-'));
after(() => rmSync(FOLDER, { recursive: true }));

const VALUES = { HOME: '/home/me', BAD_URL: 'foo', GOOD_URL: 'https://h/mcp', LINES: 'a\nb', END: 'a\n' };

interface Told {
  /** `message | fix` of each problem. */
  readonly problems: string[];
  /** The same of problems that only keep a server from starting. */
  readonly servers: string[];
  readonly warnings: string[];
}

let count = 0;
async function told(text: string, extension = 'yaml'): Promise<Told> {
  const file = join(FOLDER, `stack${count++}.${extension}`);
  writeFileSync(file, text);
  const shown = (all: readonly { message: string; hint?: string }[]) =>
    all.map(({ message, hint }) => `${message} | ${hint ?? ''}`);
  try {
    const { stack, unset } = await checkFile(file, VALUES);
    return { problems: [], servers: shown(unset), warnings: stack.warnings.map(({ message }) => message) };
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return { problems: shown(error.problems), servers: shown(error.unset), warnings: [] };
  }
}

const entry = (text: string) => told(`servers: { a: ${text} }`);

const FIXES: readonly [entry: string, ...fixes: RegExp[]][] = [
  ['{ build: . }', /cannot read the Dockerfile \(Dockerfile\) of server "a": there is no such file/],
  ['{ build: { context: ./x, dockerfile: D.f }, foo: 1 }', /x\/D\.f\).*no such file/, /"foo"/],
  ['{ image: x, build: "https://h/x.git" }', /both image and build \| keep one/],
  ['{ buld: . }', /\| did you mean "build"\?$/],
  ['{ comand: x, newtork: none }', /unknown key "comand".*\| did you mean "command"\?$/, /"newtork"/],
  ['{ ulr: "https://h/mcp" }', /did you mean "url"\?$/],
  ['{ foo: 1 }', /cannot tell what kind/],
  // A misspelling of what only other kinds of servers have.
  [
    '{ command: x, networkk: none }',
    /did you mean "network"\? remove it: "network" is for container servers, and this one is native$/,
  ],
  ['{ command: x, newtork: none }', /did you mean "network"\?/],
  ['{ command: x, mem_limt: 5m }', /did you mean "mem_limit"\? "mem_limit" is about containers/],
  ['{ command: x, haeders: {} }', /did you mean "headers"\? remove it: "headers" is for remote/],
  ['{ url: "https://h/mcp", volumse: [] }', /did you mean "volumes"\?/],
  ['{ image: x, volumse: [] }', /\| did you mean "volumes"\?$/],
  ['{ image: x, contaner_name: y }', /did you mean "container_name"\? leave it out/],
  ['{ command: x, xyz: 1 }', /\| known keys: /],
  // Keys of entries mean nothing deeper down.
  ['{ command: x, tools: { network: a } }', /in "tools" of server "a" \| known keys: allow, deny/],
  ['{ command: x, tools: { mem_limit: 5m } }', /\| known keys: allow, deny/],
  ['{ command: x, tools: { timeout: 5 } }', /\| known keys: allow, deny/],
  ['{ command: x, tools: { alow: [a] } }', /\| did you mean "allow"\?$/],
  ['{ command: x, timeouts: { url: a } }', /\| known keys: start, call/],
  ['{ image: x, healthcheck: { labels: a } }', /\| known keys: /],
  ['{ command: x, tools: { prefix: a } }', /\| write prefix beside "tools", not in it$/],
  ['{ command: x, timeouts: { env: {} } }', /\| write env beside "timeouts", not in it$/],
  ['{ image: x, native: { command: y, environment: {} } }', /\| write env$/],
  // The kind is only a guess, and so is what does not fit it.
  [
    '{ comand: x, mem_limit: 5m }',
    /"command"\?$/,
    /\| for a container add image or dockerfile; otherwise remove/,
  ],
  [
    '{ comand: x, volumes: [] }',
    /"command"\?$/,
    /\| for a container add image or dockerfile; otherwise remove/,
  ],
  ['{ ulr: "https://h/mcp", cap_drop: [] }', /"url"\?$/, /\| for a container add image or dockerfile/],
  ['{ imag: x, mem_limit: 5m }', /"image"\?$/, /\| write memory$/],
  ['{ image: x, mem_limit: 5m }', /\| write memory$/],
  ['{ image: x, cap_drop: [ALL] }', /\| write compose: \{ cap_drop: … \}$/],
  ['{ image: x, container_name: y }', /\| leave it out: Hive finds/],
  ['{ command: x, mem_limit: 5m }', /"mem_limit" is about containers, and this server is native: remove it$/],
  ['{ image: x, env: [A=b] }', /\| write env: \{ NAME: value \}$/],
  ['{ image: x, cpus: "0.5" }', /\| write cpus: 0\.5, without quotes$/],
  ['{ image: x, readOnly: "yes" }', /\| write readOnly: true, without quotes$/],
  ['{ image: x, transport: http, port: "80" }', /\| write port: 80, without quotes$/],
  ['{ image: x, volumes: "d:/d" }', /\| write volumes: \[d:\/d\]$/],
  ['{ command: "~/bin/x" }', /begins with ~.*\| write \$\{HOME\}\/bin\/x$/],
  ['{ command: "$HOME/bin/x -v" }', /begins with \$HOME.*\| write \$\{HOME\}\/bin\/x$/],
  ['{ command: ["~/bin/x"] }', /begins with ~/],
  ['{ command: "node x.mjs", args: [y] }', /several words \| write command: node, and put the other words/],
  ['{ command: "node x.mjs", args: [] }', /several words \| args is empty: take it out/],
  ['{ command: x, workdir: "~/x" }', /\| write \/home\/me\/x: ~ is not replaced here$/],
  ['{ url: "htp://h/mcp" }', /must be a URL.*\| write http:\/\/ in place of htp:$/],
  ['{ url: "wss://h/mcp" }', /\| write https:\/\/ in place of wss:$/],
  ['{ url: "localhost:3000/mcp" }', /\| write http:\/\/ before it$/],
  ['{ url: "mcp.example.com/mcp" }', /\| write https:\/\/ before it$/],
  ['{ image: x, transport: http, port: "99999" }', /\| write port: 3000, or another number from 1 to 65535$/],
  ['{ image: x, transport: http, port: "8080/tcp" }', /\| write port: 8080, without quotes$/],
  ['{ image: x, transport: sse, port: 80 }', /\| write transport: http$/],
  ['{ image: x, transport: streamable-http, port: 80 }', /\| write transport: http$/],
  ['{ image: x, memory: 512 }', /a number without a unit means bytes, not 512 \| write memory: 512m$/],
  ['{ image: x, memory: 1TB }', /\| write memory: 1024g$/],
  ['{ image: x, memory: 512 MB }', /\| write memory: 512m$/],
  ['{ image: x, memory: 1.5GiB }', /\| write memory: 1.5g$/],
  ['{ image: x, cpus: "2" }', /\| write cpus: 2, without quotes$/],
  ['{ image: x, restart: sometimes }', /\| write restart: on-failure$/],
  ['{ image: x, restart: never }', /\| write restart: "no"$/],
  ['{ image: x, restart: true }', /\| write restart: always$/],
  ['{ command: x, timeouts: { call: "5 minutes" } }', /\| write call: 5m$/],
  ['{ command: x, timeouts: { call: "5" } }', /\| write call: 5s$/],
  ['{ command: x, timeouts: { call: 1d } }', /\| write call: 24h$/],
  ['{ command: x, timeouts: 5 }', /\| write timeouts: \{ call: 60s \}$/],
  ['{ command: x, enabled: "no" }', /\| write enabled: false, without quotes$/],
  ['{ command: x, env: { "API-KEY": a } }', /\| call it API_KEY$/],
  ['{ command: x, prefix: "my tools" }', /\| write prefix: my_tools$/],
  // References of other clients would reach the server as text.
  ['{ command: x, args: ["${env:HOME}"] }', /holds \$\{env:HOME\}.*\| write \$\{HOME\}$/],
  ['{ command: x, env: { T: "${input:my-key}" } }', /\| write \$\{MY_KEY\}, and set MY_KEY in \.env$/],
  ['{ url: "https://h/mcp", headers: { A: "Bearer ${secret:t.x}" } }', /the name of a secret has letters/],
  ['{ command: x, args: ["${user_config.key}"] }', /write \$\{KEY\}/],
  ['{ command: x, args: ["${{ secrets.K }}"] }', /write \$\{K\}/],
  ['{ command: x, args: ["${workspaceFolder:api}/x"] }', /write the path itself/],
  // URLs and headers that could never be sent.
  ['{ url: "https://" }', /names no host/],
  ['{ url: "https://exa mple.com/mcp" }', /holds a space/],
  ['{ url: "http://127.0.0.1:99999/mcp" }', /has the port 99999/],
  ['{ url: "http://h:99999" }', /has the port 99999/],
  ['{ url: "https://<your-host>/mcp" }', /still holds <your-host> \| write your own value/],
  ['{ url: "https://YOUR_HOST/mcp" }', /still holds YOUR_HOST/],
  ['{ url: "https://${X:-h}/{tenant}/mcp" }', /still holds \{tenant\}/],
  ['{ url: "https://[::1/mcp" }', /is not a URL/],
  ['{ url: "https://h/mcp", headers: { A: "a\\nb" } }', /holds a character that HTTP cannot send/],
  ['{ url: "https://h/mcp", headers: { A: "☃" } }', /holds a character that HTTP cannot send/],
];
for (const [text, ...fixes] of FIXES)
  test(`the fix must fit: ${text}`, async () => {
    const { problems } = await entry(text);
    assert.equal(problems.length, fixes.length, problems.join('\n'));
    for (const [index, fix] of fixes.entries()) assert.match(problems[index] ?? '', fix);
  });

test('texts for shells and good URLs must stay as they are', async () => {
  for (const text of [
    '{ command: [sh, -c, "echo ${X:0:3} ${X%.*} $${env:X} ${1:-a} ${#A}"] }',
    '{ command: "/opt/My App/x", args: [a] }',
    '{ url: "http://localhost:8002/mcp?x={y" }',
    '{ url: "https://u:p@h:443/a%20b" }',
    '{ url: "${GOOD_URL}", headers: { A: "${END}" } }',
  ])
    assert.deepEqual(await entry(text), { problems: [], servers: [], warnings: [] }, text);
});

test('a bad value of a variable must fail its server only', async () => {
  const { problems, servers } = await entry('{ url: "${BAD_URL}", headers: { A: "${LINES}" } }');
  assert.deepEqual(problems, []);
  assert.match(servers[0] ?? '', /with its variables, does not begin with http.*check the value/);
  assert.match(servers[1] ?? '', /"headers.A".*cannot send/);
});

test('unset variables must be told beside other problems, those of refused entries too', async () => {
  const { problems, servers } = await told(
    'servers:\n  a: { command: x, newtork: y, env: { A: "${U1}" } }\n  b: { foo: "${U2}" }\n  c: { command: "${U3}", disabled: true }\n',
  );
  assert.equal(problems.length, 2);
  assert.deepEqual(
    servers.map((it) => it.slice(0, 5)),
    ['${U1}', '${U2}'],
  );
});

test('texts that only look like references must be named in a warning', async () => {
  for (const [text, warning] of [
    ['{ command: x, env: { A: $HOME } }', /gets "env.A" as it is written: did you mean \$\{HOME\}\?/],
    ['{ command: x, args: ["%APPDATA%\\\\x"] }', /did you mean \$\{APPDATA\}/],
    ['{ command: x, args: ["~/data"] }', /gets "args.0" with ~ as it is written: write \$\{HOME\}\/data/],
    ['{ url: "https://h/mcp", headers: { A: "Bearer $TOKEN" } }', /did you mean \$\{TOKEN\}/],
    ['{ command: x, args: ["{env:HOME}"] }', /did you mean \$\{HOME\}/],
  ] as const) {
    const { warnings } = await entry(text);
    assert.equal(warnings.length, 1, text);
    assert.match(warnings[0] ?? '', warning);
  }
  assert.deepEqual((await entry('{ command: [sh, -c, "echo $HOME"] }')).warnings, []);
});

test('an entry that leads back to this gateway must be refused', async () => {
  for (const [gateway, url] of [
    ['{}', 'http://127.0.0.1:8001/mcp'],
    ['{}', 'http://localhost:8001/mcp/other'],
    ['{ port: 80 }', 'http://[::1]/sse'],
    ['{ host: 127.0.0.1, port: 9000 }', 'http://127.0.0.1:${P:-9000}/mcp/'],
  ] as const) {
    const { problems } = await told(`gateway: ${gateway}\nservers: { a: { url: "${url}" } }`);
    assert.equal(problems.length, 1, url);
    assert.match(problems[0] ?? '', /is the address of this very gateway.* \| remove the entry, or write/);
  }
  for (const url of ['http://127.0.0.1:8002/mcp', 'http://127.0.0.1:8001/api', 'https://other.test:8001/mcp'])
    assert.deepEqual((await told(`servers: { a: { url: "${url}" } }`)).problems, [], url);
});

test('tools must be named as their server lists them', async () => {
  const names = ['repos/get', 'db:query', 'a b', 'größe', 'x.y-z_1', 'ns/*'];
  const tools = JSON.stringify({ allow: names, deny: ['a:*'], rename: { 'repos/get': 'repos_get' } });
  assert.deepEqual((await entry(`{ command: x, tools: ${tools} }`)).problems, []);
  assert.match(
    (await entry('{ command: x, tools: { allow: ["a\\nb"] } }')).problems[0] ?? '',
    /must be a tool name/,
  );
});

test('the unit of a bare number must be said', async () => {
  const { warnings } = await told(
    'defaults: { timeouts: { start: 9 } }\nservers: { a: { command: x, stopGrace: 3, timeouts: { call: 5, health: 0 } } }',
  );
  assert.deepEqual(warnings, [
    '"timeouts.start" is 9 seconds, having no unit: write start: 9s',
    'server "a": "stopGrace" is 3 seconds, having no unit: write stopGrace: 3s',
    'server "a": "timeouts.call" is 5 seconds, having no unit: write call: 5s',
  ]);
  assert.deepEqual((await entry('{ image: x, memory: 1.5g, stopGrace: 3s }')).warnings, []);
});

test('a home folder that only a shell replaces must be named with what to write', async () => {
  for (const [text, fix] of [
    [
      '{ command: x, env: { K: "@./secret.txt" } }',
      /"env.K" as it is written, and no file is read: write \$\{VAR\}.*use envFile/,
    ],
    ['{ command: x, env: { K: "@token.txt" } }', /no file is read/],
    ['{ command: x, env: { K: "@/run/secrets/k" } }', /no file is read.*lines$/],
    ['{ image: x, env: { K: "@~/k" } }', /no file is read.*, or secrets, which mounts a file$/],
    ['{ url: "https://h/mcp", headers: { A: "@token.txt" } }', /no file is read: write \$\{VAR\}, and set/],
    [
      '{ command: x, args: ["--dir=~/data"] }',
      /"args.0" with ~ as it is written: write --dir=\$\{HOME\}\/data$/,
    ],
    ['{ command: x, args: ["~"] }', /write \$\{HOME\}$/],
    ['{ command: x, env: { D: "~/a b" } }', /write \$\{HOME\} in its place$/],
  ] as const)
    assert.match((await entry(text)).warnings[0] ?? '', fix, text);
  const { problems } = await entry('{ command: x, envFile: "~/my.env", workdir: $HOME/w }');
  assert.match(problems[0] ?? '', /\| write \/home\/me\/my\.env: ~ is not replaced here$/);
  assert.match(problems[1] ?? '', /\| write \/home\/me\/w: \$HOME is not replaced here$/);
});

test('a file that an engine would make a folder of must be named, and fail its server only', async () => {
  const at = (volume: string) => entry(`{ image: x, volumes: ["${volume}"] }`);
  writeFileSync(join(FOLDER, 'there.json'), '{}');
  mkdirSync(join(FOLDER, 'made.json'));
  const { problems, servers, warnings } = await at('./foo.json:/x');
  assert.deepEqual([problems, warnings], [[], []]);
  assert.match(
    servers[0] ?? '',
    /foo\.json, which does not exist and looks like a file \| create it; .* mkdir -p \S+foo\.json$/,
  );
  assert.match(
    (await at('./there.json:/x')).warnings[0] ?? '',
    /a file, at \/x: if that is a folder, write \/x\/there\.json$/,
  );
  assert.match(
    (await at('./made.json:/app/made.json')).warnings[0] ?? '',
    /is a folder and looks like a file.*rmdir/,
  );
  for (const good of [
    './there.json:/app/config.json:ro',
    './none:/data',
    'data:/data',
    './none/:/x',
    '${U:-./n}:/x',
  ])
    assert.deepEqual(await at(good), { problems: [], servers: [], warnings: [] }, good);
});

test('two dollar signs in a pasted entry must bring a warning, once', async () => {
  const text = JSON.stringify({ mcpServers: { a: { command: 'x', args: ['p$$w'], env: { P: 'a$$b' } } } });
  const { warnings } = await told(text, 'json');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /two dollar signs are read as one/);
});

test('keys that begin with x- must be ignored at the top of each file', async () => {
  const { problems } = await told('x-common: &c { command: x }\nservers: { a: { <<: *c } }');
  assert.deepEqual(problems, []);
});

test('the digest of a word that anyone can guess must be refused', async () => {
  // sha256 of `foo`
  const digest = 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
  const { problems } = await told(`auth: { tokens: { me: "${digest}" } }\nservers: {}`);
  assert.deepEqual(problems, [
    'the token "me" is the word "foo": anyone can guess it | npx hive token me makes one, and prints its line for this file',
  ]);
  assert.deepEqual(
    (await told(`auth: { tokens: { me: "sha256:${'0'.repeat(64)}" } }\nservers: {}`)).problems,
    [],
  );
});

test('a fix for a JSON file must be JSON', async () => {
  const { problems } = await told(
    '{ "servers": { "a": { "image": "x", "cap_drop": [], "cpus": "1" } } }',
    'json',
  );
  assert.deepEqual(
    problems.map((it) => it.split(' | ')[1]),
    ['write "compose": { "cap_drop": … }', 'write "cpus": 1, without quotes'],
  );
});

test('a bad server name must get the name under which JSON files are served', async () => {
  const { problems } = await told('servers: { "Dev Box": { command: x } }');
  assert.match(problems[0] ?? '', /call it "dev-box"/);
});

test('a variable that the entry sets for its server alone must be told as that', async () => {
  const { servers } = await entry('{ command: x, args: ["A:${H}"], env: { H: "Bearer x" } }');
  assert.match(servers[0] ?? '', /write \$\$\{H\} if the server replaces it itself$/);
  assert.deepEqual((await entry('{ command: x, args: ["A:$${H}"], env: { H: "Bearer x" } }')).servers, []);
});

test('a variable that the entry only passes on under its own name must be set where Hive reads it', async () => {
  for (const value of ['${TOKEN}', 'Bearer ${TOKEN:?}']) {
    const { servers } = await entry(`{ command: x, env: { TOKEN: "${value}" } }`);
    assert.match(servers[0] ?? '', /set TOKEN in the environment, or in \.env beside/, value);
  }
});

test('a TOML file must be told as such, with the command that takes it over', async () => {
  const { problems } = await told('[mcp_servers.a]\ncommand = "x"\n', 'toml');
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^the file is TOML.*npx hive import \S+ --write hive\.yaml$/);
});

test('JSON with comments must be read whatever its name', async () => {
  const text = '// servers\n{ "mcpServers": { /* one */ "a": { "url": "https://h/mcp" }, } }';
  assert.deepEqual(await told(text, 'code-workspace'), { problems: [], servers: [], warnings: [] });
  assert.deepEqual((await told('{ servers: { a: { url: https://h/mcp } } }', 'mcp')).problems, []);
});

test('an empty auth must be answered by the command that makes tokens', async () => {
  const { problems } = await told('auth: {}\nservers: {}');
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /must have `tokens` or `oauth` \| npx hive token laptop makes a token/);
  assert.match((await told('auth: 5\nservers: {}')).problems[0] ?? '', /must be a map.*\| write auth: /);
  assert.match(
    (await told('gateway: { auth: {} }\nservers: {}')).problems[0] ?? '',
    /\| write auth beside "gateway", not in it$/,
  );
});

test('values that only begin with @ must not be taken for files', async () => {
  for (const text of ['@user', '@scope/package', '@', '@a b.txt', 'me@host.txt', '@1.2.3'])
    assert.deepEqual((await entry(`{ command: x, env: { A: "${text}" } }`)).warnings, [], text);
});
