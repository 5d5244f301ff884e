/** Problems of a config hold neither values of variables nor credentials of the file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadStack } from '../../../src/config/load.ts';
import { type ConfigError, renderConfigError } from '../../../src/config/source/diagnostics.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-clean-problems-'));
after(() => rmSync(folder, { recursive: true }));
const SECRET = 'hunter2hunter2';

async function problemsOf(text: string): Promise<string> {
  const file = join(folder, 'hive.yaml');
  writeFileSync(file, text);
  const error: ConfigError = await loadStack(file, { WORD: SECRET }).then(
    () => assert.fail('the file is good'),
    (error) => error,
  );
  return `${renderConfigError(error, folder)}\n${error.message}\n${error.hint ?? ''}`;
}

test('the value of a variable must be shown by its name', async () => {
  const text = await problemsOf('gateway: { port: "${WORD}" }\nservers: {}\n');
  assert.match(text, /must be a port number, not "\$\{WORD\}"/);
  assert.ok(!text.includes(SECRET), text);
});

for (const entry of [
  `url: "ftp://me:${SECRET}@host/x"`,
  `command: 'run --token ${SECRET} "open'`,
  `command: 'run --token=${SECRET} | grep x'`,
])
  test(`a credential of the file must not be shown: ${entry.split(':')[0]} ${entry.length}`, async () => {
    const text = await problemsOf(`servers:\n  a:\n    ${entry}\n`);
    assert.ok(!text.includes(SECRET), text);
  });
