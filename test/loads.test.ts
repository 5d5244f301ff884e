import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const { BUNDLE } = await import(join(import.meta.dirname, '../scripts/bundle-options.mjs'));

/** What a server over HTTP, a login or a question on the terminal needs, and what nothing of ours needs. */
const LATER = [
  'undici',
  'jose',
  '@modelcontextprotocol/client',
  '@inquirer/prompts',
  '@grpc/grpc-js',
  'ssh2',
  '@opentelemetry/api',
];

test('`hive up` must not load at its start what only some servers need', async () => {
  const quietly: BuildOptions & { metafile: true } = { ...BUNDLE, write: false, logLevel: 'silent' };
  const { metafile } = await build(quietly);
  const loaded = packagesOf(metafile, /\/(main|up-\w+)\.js$/);
  assert.ok(loaded.has('dockerode') && loaded.has('yaml'), 'the packages are read off rightly');
  assert.deepEqual(
    LATER.filter((name) => loaded.has(name)),
    [],
  );
});

/** The packages in those outputs and in all that these import at once. */
function packagesOf({ outputs }: Metafile, first: RegExp): Set<string> {
  const reached = new Set(Object.keys(outputs).filter((path) => first.test(`/${path}`)));
  for (const path of reached)
    for (const { kind, path: next } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[next]) reached.add(next);
  const inputs = [...reached].flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}));
  return new Set(
    inputs
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
  );
}
