/** The package that `npm pack` makes: what is in it, and that it works where nothing else of Hive is. */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { freePort } from '../helpers/free-port.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKED = [
  'package-lock.json',
  'package.json',
  'README.md',
  'LICENSE',
  'bin',
  'catalogue',
  'scripts',
  'schemas',
  'src',
];

test('the packed file must install without a network, and serve a stack in another folder on an old Node', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { tarball, checkout } = await pack(folder);
  assert.equal(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
    'package.json must be as it was before',
  );

  await assertFiles(tarball);
  const { hive, node } = await install(t, folder, tarball);
  await assertLoads(join(folder, 'prefix/lib/node_modules/hive-mcp'));
  assert.match(await hive('--version'), /^hive \d+\.\d+\.\d+$/);
  assert.match(await hive('search', 'postgress'), /^hive\/postgres +npm /m);
  assert.match(await hive('info', 'docker/sqlite'), /image: mcp\/sqlite/);
  assert.equal(await hive('validate'), 'hive.yaml is valid: 1 server (ev)');
  const schema = join(folder, 'prefix/lib/node_modules/hive-mcp/schemas/stack.schema.json');
  const first = await hive('init', '--force', '--dry-run');
  assert.equal(first.split('\n')[0], `# yaml-language-server: $schema=${schema}`);
  assert.match(await hive('up', '-d'), /serves 1 of 1 server .* status, logs {4}hive ps/s);
  assert.match(await hive('doctor'), new RegExp(`node +${node}`));
  assert.match(await hive('ps'), /ev +native +ready/);
  assert.equal(await hive('call', 'ev_get-sum', 'a=1', 'b=2'), 'The sum of 1 and 2 is 3.');
  assert.equal(await hive('down'), 'gateway stopped');
});

/** Packs a copy: while npm packs, package.json is another, and other tests read that of this checkout. */
async function pack(folder: string): Promise<{ tarball: string; checkout: string }> {
  const checkout = join(folder, 'checkout');
  mkdirSync(checkout);
  for (const name of PACKED) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  // What an older build left does not belong in the package.
  mkdirSync(join(checkout, 'dist'));
  writeFileSync(join(checkout, 'dist/chunk-OLD.js'), '');
  await execa('npm', ['pack', '--offline', '--pack-destination', folder], {
    cwd: checkout,
    env: npmEnv(),
    extendEnv: false,
  });
  const [name = ''] = readdirSync(folder).filter((it) => it.endsWith('.tgz'));
  return { tarball: join(folder, name), checkout };
}

async function assertFiles(tarball: string): Promise<void> {
  const { stdout } = await execa('tar', ['-tzf', tarball]);
  const files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
  const expected = [
    'LICENSE',
    'README.md',
    'bin/hive.mjs',
    'catalogue/docker.LICENSE',
    'catalogue/docker.json.br',
    'catalogue/hive.json.br',
    'dist/main.js',
    'package.json',
    'schemas/stack.schema.json',
  ];
  for (const file of expected) assert.ok(files.includes(file), file);
  const allowed =
    /^(LICENSE|README\.md|package\.json|bin\/[\w-]+\.mjs|catalogue\/\w+\.(json\.br|LICENSE)|dist\/[\w-]+\.js|schemas\/[\w.-]+\.json)$/;
  assert.deepEqual(
    files.filter((file) => !allowed.test(file) || file === 'dist/chunk-OLD.js'),
    [],
  );
  const { stdout: text } = await execa('tar', ['-xzOf', tarball, 'package/package.json']);
  const { dependencies, optionalDependencies, scripts, engines } = JSON.parse(text);
  assert.deepEqual([dependencies, optionalDependencies, scripts], [undefined, undefined, undefined]);
  assert.deepEqual(engines, { node: '>=20.16' });
}

/**
 * Each file of the build must load on the machine's own Node: it may lack what a file imports by name. Only the
 * log store, which needs a newer Node and is then loaded alone, may import `node:sqlite`.
 */
async function assertLoads(installed: string): Promise<void> {
  const script = `import { readdirSync, readFileSync } from 'node:fs';
    await import('./bin/old-node.mjs');
    const importsStore = (name) => readFileSync('dist/' + name, 'utf8').includes('from"node:sqlite"');
    const isOfStore = (name) => /^(serve|open-folder)-/.test(name) || importsStore(name);
    for (const name of readdirSync('dist'))
      if (name !== 'main.js' && !isOfStore(name)) await import('./dist/' + name);`;
  const env = { ...npmEnv(), PATH: pathOfUser() };
  await execa('node', ['--input-type=module', '-e', script], { cwd: installed, env, extendEnv: false });
}

/** Installs the package as `npm i -g` does, in a folder of its own. */
async function install(
  t: TestContext,
  folder: string,
  tarball: string,
): Promise<{ hive: (...args: string[]) => Promise<string>; node: string }> {
  const prefix = join(folder, 'prefix');
  await execa('npm', ['install', '-g', '--offline', '--prefix', prefix, tarball], {
    cwd: folder,
    env: npmEnv(),
  });
  const cwd = join(folder, 'elsewhere');
  mkdirSync(cwd);
  const server = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
  const stack = {
    gateway: { port: await freePort() },
    servers: { ev: { command: ['node', server, 'stdio'] } },
  };
  writeFileSync(join(cwd, 'hive.yaml'), JSON.stringify(stack));
  const env = {
    ...npmEnv(),
    PATH: [join(prefix, 'bin'), pathOfUser()].join(delimiter),
    HIVE_STATE_DIR: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  const run = async (...command: string[]) =>
    (await execa(command[0] ?? '', command.slice(1), { cwd, env, extendEnv: false })).stdout;
  t.after(() => run('hive', 'down').catch(() => {}));
  return { hive: (...args) => run('hive', ...args), node: await run('node', '--version') };
}

/** The PATH without this project's packages, whose Node is newer than the machine's. */
function pathOfUser(): string {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((it) => !it.includes('node_modules'));
  return [...folders, dirname(process.execPath)].join(delimiter);
}

/** The environment without the settings that `npm test` passes on. */
function npmEnv(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^(npm_|HIVE_COMMAND|NODE_COMPILE_CACHE)/.test(name);
  return Object.fromEntries(
    Object.entries({ ...process.env, NO_COLOR: '1' }).filter(([name]) => !isOurs(name)),
  );
}
