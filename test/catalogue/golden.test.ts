/**
 * Golden files: every file in golden/FORMAT has its entries beside it, with the servers that they become in each way to run.
 * After a wanted change: HIVE_UPDATE_GOLDEN=1 node_modules/.bin/node --test test/catalogue/golden.test.ts
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Entry } from '../../src/catalogue/entry/entry.ts';
import { readDocker } from '../../src/catalogue/formats/docker.ts';
import { readHive } from '../../src/catalogue/formats/hive.ts';
import { readServerJson } from '../../src/catalogue/formats/server-json.ts';
import { Unfit } from '../../src/catalogue/formats/values.ts';
import { toServer } from '../../src/catalogue/server/to-server.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const EXPECTED = '.expected.json';

const READERS: Readonly<Record<string, (name: string, data: unknown) => unknown>> = {
  docker: (name, data) => withServers(() => [readDocker(name, data)]),
  'server-json': (_, data) => withServers(() => [readServerJson(data)]),
  hive: (_, data) => {
    const { entries, problems } = readHive(data, {});
    return { ...withServers(() => entries), problems };
  },
};

function withServers(read: () => Entry[]): object {
  try {
    const entries = read();
    const servers = entries.flatMap((entry) =>
      entry.ways.map(({ kind }) => toServer(entry, { way: kind, missing: 'reference' })),
    );
    return { entries, servers: servers.map((made) => ({ ...made, way: undefined })) };
  } catch (thrown) {
    if (thrown instanceof Unfit) return { refused: thrown.message };
    throw thrown;
  }
}

for (const [format, read] of Object.entries(READERS))
  for (const file of readdirSync(join(FOLDER, format)).filter((name) => !name.endsWith(EXPECTED)))
    test(`${format}: ${file} must be read as its golden file says`, () => {
      const path = join(FOLDER, format, file);
      const name = basename(file, extname(file));
      const actual = `${JSON.stringify(read(name, parse(readFileSync(path, 'utf8'))), null, 2)}\n`;
      const golden = join(FOLDER, format, name + EXPECTED);
      if (process.env.HIVE_UPDATE_GOLDEN) writeFileSync(golden, actual);
      assert.equal(actual, readFileSync(golden, 'utf8'));
    });

test('bad entries must be told one by one, and good ones be read all the same', () => {
  const { entries, problems } = readHive(parse(readFileSync(join(FOLDER, 'hive/entries.yaml'), 'utf8')), {});
  assert.deepEqual(
    entries.map(({ id }) => id),
    ['hive/good'],
  );
  assert.equal(problems.length, 9);
});
