/** The catalogue that comes with Hive: fresh, whole, small, and each entry of it a server that a stack file may have. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { parse } from 'yaml';
import { encode, hiveEntries, records } from '../../scripts/catalogue/shipped.ts';
import { type Entry, shortName } from '../../src/catalogue/entry/entry.ts';
import { readDocker } from '../../src/catalogue/formats/docker.ts';
import { toServer } from '../../src/catalogue/server/to-server.ts';
import { decode, readShipped } from '../../src/catalogue/shipped.ts';
import { loadStack } from '../../src/config/load.ts';
import { processFiles } from '../../src/files/process-files.ts';

const FOLDER = join(import.meta.dirname, '../../catalogue');
const shipped = (name: string) => decode(readFileSync(join(FOLDER, name)));
const withoutTools = ({ tools: _, ...entry }: Entry) => entry;

test('hive.json.br must hold what hive.yaml and verified.json say: npm run catalogue -- hive writes it', () => {
  assert.deepEqual(shipped('hive.json.br').entries, JSON.parse(JSON.stringify(hiveEntries())));
});

test('docker.json.br must be small, name its commit, have its licence, and hold what the reader reads', () => {
  const { commit, entries } = shipped('docker.json.br');
  assert.match(commit ?? '', /^[0-9a-f]{40}$/);
  assert.ok(statSync(join(FOLDER, 'docker.json.br')).size <= 64 << 10);
  assert.match(
    readFileSync(join(FOLDER, 'docker.LICENSE'), 'utf8'),
    /MIT License\s+Copyright \(c\) 2025 Docker/,
  );
  assert.ok(entries.length > 300);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const folder = join(import.meta.dirname, 'golden/docker');
  const names = readdirSync(folder).flatMap((file) => /^(?!refused|hidden)(.*)\.yaml$/.exec(file)?.[1] ?? []);
  assert.ok(names.length >= 10);
  for (const name of names) {
    const entry = readDocker(name, parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')));
    assert.deepEqual(withoutTools(byId.get(entry.id) as Entry), withoutTools(entry), basename(name));
  }
});

test('at least 60 servers must have been started for real, and every other entry say why it was not', () => {
  const entries = hiveEntries();
  const started = entries.filter(({ verified }) => verified !== undefined);
  assert.ok(started.length >= 60, `${started.length}`);
  assert.deepEqual(
    entries.filter(({ verified, unverified }) => !verified && !unverified).map(({ id }) => id),
    [],
  );
});

test('a record must be of the version that its entry runs', () => {
  for (const entry of hiveEntries().filter(({ verified }) => verified)) {
    const { way, version, bytes, sha256, startMs } = entry.verified ?? {};
    const versions = entry.ways.flatMap((it) => (it.kind === way && 'version' in it ? [it.version] : []));
    assert.deepEqual(versions, [version], entry.id);
    assert.ok((bytes ?? 0) > 1 && (startMs ?? 0) > 0 && /^[0-9a-f]{64}$/.test(sha256 ?? ''), entry.id);
  }
  const names = hiveEntries().map(({ id }) => shortName(id));
  assert.deepEqual(
    Object.keys(records()).filter((name) => !names.includes(name)),
    [],
  );
});

test('every entry must become a server of a valid stack file, in each way to run, or say why not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-catalogue-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { entries } = await readShipped(FOLDER, processFiles);
  const servers: Record<string, object> = {};
  for (const entry of entries) {
    assert.ok(entry.ways.length > 0 || entry.unsupported, entry.id);
    entry.ways.forEach(({ kind }, at) => {
      const made = toServer(entry, { way: kind, missing: 'reference' });
      assert.ok(made.kind === 'made', `${entry.id}: ${JSON.stringify(made)}`);
      // Names are unique in one file, prefixes too.
      const name = `s${Object.keys(servers).length}_${at}`;
      servers[name] = made.server;
    });
  }
  const file = join(folder, 'hive.json');
  writeFileSync(file, JSON.stringify({ servers }));
  const { servers: loaded } = await loadStack(file, {});
  assert.equal(loaded.length, Object.keys(servers).length);
  assert.ok(loaded.length > 400);
});

test('a damaged file must cost its own source alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-catalogue-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(FOLDER, folder, { recursive: true });
  const entries = [{ id: 'docker/a' }] as Entry[];
  const text = JSON.stringify({ source: 'docker', sha256: '0'.repeat(64), entries });
  for (const bytes of [
    Buffer.from('no brotli'),
    brotliCompressSync(text),
    brotliCompressSync('[]'),
    Buffer.alloc(0),
  ]) {
    writeFileSync(join(folder, 'docker.json.br'), bytes);
    const { sources, problems } = await readShipped(folder, processFiles);
    assert.deepEqual(
      sources.map(({ name }) => name),
      ['hive'],
    );
    assert.match(problems.join(), /^cannot read .*docker\.json\.br: /);
  }
  writeFileSync(join(folder, 'docker.json.br'), encode({ source: 'docker' }, entries));
  rmSync(join(folder, 'hive.json.br'));
  const { sources, problems } = await readShipped(folder, processFiles);
  assert.deepEqual([sources, problems.length], [[{ name: 'docker', count: 1 }], 1]);
});

test('a file that unpacks to very much must be refused', () => {
  assert.throws(() => decode(brotliCompressSync(Buffer.alloc(20 << 20, 32))));
});
