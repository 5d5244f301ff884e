/** The launcher: fresh packages and builds, and the change to a newer Node. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');
const { arePackagesFresh } = await import(join(ROOT, 'scripts/packages.mjs'));
const { isBuildFresh } = await import(join(ROOT, 'scripts/build.mjs'));

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'launcher-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the lock file must name every optional package, or npm ci refuses it on a fresh clone', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});

test('packages must count as installed if, and only if, npm has recorded what the lock file says', (t) => {
  const root = temporaryFolder(t);
  mkdirSync(join(root, 'node_modules'));
  const wanted = {
    '': { version: '1.0.0' },
    'node_modules/a': { version: '1.2.3' },
    'node_modules/only-on-macos': { version: '1.0.0', optional: true },
  };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  const installed = (packages: Record<string, { version: string }>) => {
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    return arePackagesFresh(root);
  };
  assert.equal(arePackagesFresh(root), false, 'nothing recorded: an install broke off');
  assert.equal(installed({ 'node_modules/a': { version: '1.2.3' } }), true);
  assert.equal(installed({ 'node_modules/a': { version: '1.2.2' } }), false);
  assert.equal(installed({}), false);
  assert.equal(
    installed({ 'node_modules/a': { version: '1.2.3' }, 'node_modules/b': { version: '1.0.0' } }),
    false,
  );
});

test('a build must be stale once a source was edited, added or removed', (t) => {
  const root = temporaryFolder(t);
  for (const folder of ['src/deep', 'scripts', 'dist']) mkdirSync(join(root, folder), { recursive: true });
  for (const name of ['src/deep/a.ts', 'scripts/bundle.mjs', 'package-lock.json', 'dist/.built']) {
    writeFileSync(join(root, name), '');
  }
  const setTime = (name: string, seconds: number) => utimesSync(join(root, name), seconds, seconds);
  const settle = () => {
    for (const name of [
      'src/deep/a.ts',
      'src/deep',
      'src',
      'scripts/bundle.mjs',
      'scripts',
      'package-lock.json',
    ])
      setTime(name, 1_000);
    setTime('dist/.built', 1_000);
  };
  settle();
  assert.equal(isBuildFresh(root), true);
  setTime('src/deep/a.ts', 1_001);
  assert.equal(isBuildFresh(root), false);
  settle();
  setTime('src/deep', 1_001);
  assert.equal(isBuildFresh(root), false);
  settle();
  rmSync(join(root, 'dist/.built'));
  assert.equal(isBuildFresh(root), false);
});

/** A program that relaunches itself on the project's Node and prints what reaches it. `die`: it kills itself. */
function relaunched(
  t: TestContext,
  argument = 'a b',
): { child: ChildProcess; until: (text: string) => Promise<string> } {
  const script = join(temporaryFolder(t), 'program.mjs');
  writeFileSync(
    script,
    `import { endWithLauncher, relaunch } from '${join(ROOT, 'scripts/launch.mjs')}';
    if (!process.env.HIVE_LAUNCHED) await relaunch('${ROOT}');
    else {
      endWithLauncher();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(signal, () => { console.log(signal); setTimeout(() => process.exit(7), 100); });
      }
      const seen = [process.env.HIVE_LAUNCHED, process.env.NODE_CHANNEL_FD];
      console.log('ready ' + process.pid + ' ' + JSON.stringify(process.argv.slice(2)) + ' ' + seen.join());
      if (process.argv[2] === 'die') process.kill(process.pid, 'SIGKILL');
      setInterval(() => {}, 1e6);
    }`,
  );
  const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) await once(child.stdout, 'data', { signal: AbortSignal.timeout(60_000) });
    return text;
  };
  return { child, until };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`an older Node must pass ${signal} on once, and end with the code of the newer one`, async (t) => {
    const { child, until } = relaunched(t);
    assert.match(await until('ready'), /ready \d+ \["a b"\] ,\n/);
    const ended = once(child, 'close');
    child.kill(signal);
    assert.deepEqual(await ended, [7, null]);
    assert.equal((await until(signal)).split(signal).length, 2);
  });
}

test('an older Node must end as the newer one did when that was killed', async (t) => {
  const { child } = relaunched(t, 'die');
  assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL']);
});

test('when the older Node is killed, the newer one must be ended', async (t) => {
  const { child, until } = relaunched(t);
  await until('ready');
  child.kill('SIGKILL');
  await until('SIGTERM');
});
