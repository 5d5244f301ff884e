/** Checks which modules `hive up` loads at its start. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const { BUNDLE } = await import(join(import.meta.dirname, '../scripts/bundle-options.mjs'));

/** Modules needed only by HTTP servers, engines, logins or on a terminal, and modules never needed. */
const LATER = [
  'undici',
  'jose',
  '@modelcontextprotocol/client',
  '@inquirer/prompts',
  '@grpc/grpc-js',
  'protobufjs',
  'dockerode',
  'execa',
  'listr2',
  'ssh2',
  '@opentelemetry/api',
  'docker-compose',
  'ajv',
];

/** What only a stack with a built-in server, or a search in the catalogue, needs. */
const BUILTIN = /^src\/(operations|tools|catalogue\/|runtime\/links\/in-process)/;

test('`hive up` must not load at its start what only some servers need', async () => {
  const quietly: BuildOptions & { metafile: true } = { ...BUNDLE, write: false, logLevel: 'silent' };
  const { metafile } = await build(quietly);
  const loaded = inputsOf(metafile, /\/(main|up-\w+)\.js$/);
  const packages = new Set(loaded.flatMap(packageOf));
  assert.ok(packages.has('chokidar') && packages.has('yaml'), 'the packages are read off rightly');
  assert.ok(loaded.includes('src/runtime/links/child.ts'), 'the files are read off rightly');
  assert.deepEqual(
    LATER.filter((name) => packages.has(name)),
    [],
  );
  assert.deepEqual(
    loaded.filter((file) => /zod\/v4\/locales\/(?!index)/.test(file)).map((file) => file.split('/').at(-1)),
    ['en.js'],
  );
  assert.deepEqual(
    loaded.filter((file) => BUILTIN.test(file)),
    [],
  );
});

/** Source files in these outputs and in their static imports. */
function inputsOf({ outputs }: Metafile, first: RegExp): string[] {
  const reached = new Set(Object.keys(outputs).filter((path) => first.test(`/${path}`)));
  for (const path of reached)
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[next]) reached.add(next);
  return [...reached]
    .flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => input);
}

const packageOf = (input: string): string[] => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name === undefined ? [] : [name];
};
