/** Errors of `hive plan`. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { throwWithPlaces } from '../../src/cli/plan.ts';
import { ConfigError } from '../../src/config/source/diagnostics.ts';
import { GatewayError } from '../../src/errors.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-plan-'));
after(() => rmSync(ROOT, { recursive: true }));
const file = join(ROOT, 'hive.yaml');
const answered = new GatewayError('CONFIG_INVALID', 'a problem (and 1 more problem)');

test('a bad file must be refused with all its problems and their lines, which a gateway does not answer', async () => {
  writeFileSync(file, 'servers:\n  a: { imag: x }\n  b: { foo: 1 }\n');
  const error = await throwWithPlaces(answered, file).catch((it: unknown) => it);
  assert.ok(error instanceof ConfigError);
  assert.deepEqual(
    error.problems.map(({ place }) => place.line),
    [2, 3],
  );
});

test('any other error must stay, and so must that of a file which is good by now', async () => {
  writeFileSync(file, 'servers: { a: { command: node x } }\n');
  await assert.rejects(throwWithPlaces(answered, file), answered);
  const other = new GatewayError('NOT_RUNNING', 'gone');
  await assert.rejects(throwWithPlaces(other, file), other);
});
