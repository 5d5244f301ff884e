/** Forms in which entries run, the servers that they make, and the Dockerfiles of packages. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry, PackageWay } from '../../../src/catalogue/entry/entry.ts';
import { withPackages } from '../../../src/catalogue/run/borrow.ts';
import { serverFor } from '../../../src/catalogue/run/built.ts';
import { describeRun, runsOf } from '../../../src/catalogue/run/runs.ts';
import { readShipped } from '../../../src/catalogue/shipped.ts';
import { processFiles } from '../../../src/files/process-files.ts';

const ROOT = join(import.meta.dirname, '../../..');
const GOLDEN = join(import.meta.dirname, 'golden');
const shipped = withPackages((await readShipped(join(ROOT, 'catalogue'), processFiles)).entries);
const ALL = { isNativeAllowed: true };

function entry(id: string): Entry {
  const found = shipped.find((it) => it.id === id);
  assert.ok(found, id);
  return found;
}

function rendered(of: Entry, parameters: Record<string, unknown>): string {
  return runsOf(of, ALL)
    .map((run) => {
      const made = serverFor(of, run, { parameters });
      const head = `== ${run.form}: ${describeRun(run)}`;
      if (made.kind === 'refused') return `${head}\nrefused: ${made.problems.join('; ')}`;
      const { serverName, server, variables, optional, dockerfile = '' } = made;
      return [head, JSON.stringify({ serverName, server, variables, optional }, null, 2), dockerfile].join(
        '\n',
      );
    })
    .join('\n');
}

const CASES: readonly [id: string, parameters?: Record<string, unknown>][] = [
  ['docker/sqlite'],
  ['hive/sqlite'],
  ['hive/everything'],
  ['hive/filesystem', { folder: '/srv/files' }],
  ['hive/calculator'],
  ['hive/github'],
  ['docker/grafana', { url: 'http://localhost:3000' }],
];

for (const [id, parameters = {}] of CASES)
  test(`golden: ${id} in every form`, () => {
    const path = join(GOLDEN, `${id.replace('/', '-')}.txt`);
    const text = rendered(entry(id), parameters);
    if (process.env.HIVE_UPDATE_GOLDEN) writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });

test('forms are tried as image, package, remote, native, each with what it lacks', () => {
  const github = runsOf(entry('hive/github'), {
    noEngine: 'docker is not installed',
    isNativeAllowed: false,
  });
  assert.deepEqual(
    github.map(({ form, way, lacks }) => [form, way.kind, lacks]),
    [
      ['image', 'image', 'there is no container engine: docker is not installed'],
      ['package', 'npm', 'there is no container engine: docker is not installed'],
      ['remote', 'remote', undefined],
      ['native', 'npm', 'the entry of the registry has no `native: true`'],
    ],
  );
  assert.deepEqual(
    runsOf(entry('hive/github'), ALL, 'package').map(({ form }) => form),
    ['package'],
  );
});

test('an entry of an image knows the package of the entry with the same image', () => {
  const forms = runsOf(entry('docker/sqlite'), ALL).map(describeRun);
  assert.deepEqual(forms.slice(0, 2), [
    'image mcp/sqlite',
    'pypi mcp-server-sqlite 2025.4.25 with mcp<2, in a container that Hive builds',
  ]);
  const other: Entry = { id: 'a/b', title: 'B', description: 'b', ways: [{ kind: 'image', image: 'x/y' }] };
  assert.equal(withPackages([...shipped, other]).at(-1), other);
});

test('a version takes the place of the entry’s own', () => {
  const sqlite = entry('docker/sqlite');
  const [image, built] = runsOf(sqlite, ALL).map((run) => serverFor(sqlite, run, {}, '2025.1.1'));
  assert.equal(image?.kind === 'made' && image.server.image, 'mcp/sqlite:2025.1.1');
  assert.match((built?.kind === 'made' && built.dockerfile) || '', /"mcp-server-sqlite==2025\.1\.1","mcp<2"/);
});

test('install scripts run, and packages are compiled, only where the entry says so', () => {
  const of = (way: PackageWay): string => {
    const made = serverFor({ ...entry('hive/calculator'), ways: [way] }, { form: 'package', way }, {});
    return (made.kind === 'made' && made.dockerfile) || '';
  };
  const npm = { kind: 'npm', package: '@a/b', version: '1.0.0' } as const;
  const pypi = { kind: 'pypi', package: 'a-b', version: '1.0.0', program: 'other' } as const;
  assert.match(of(npm), /"--ignore-scripts"/);
  assert.doesNotMatch(of({ ...npm, scripts: true }), /"--ignore-scripts"/);
  assert.match(of(pypi), /"--only-binary",":all:"/);
  assert.doesNotMatch(of({ ...pypi, scripts: true }), /"--only-binary"/);
  assert.match(of(pypi), /RUN \["ln","-s","other","\/opt\/venv\/bin\/run-server"\]/);
  assert.match(of(npm), /USER 1000:1000/);
});
