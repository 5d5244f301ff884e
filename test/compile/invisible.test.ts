/** Characters that nobody sees in the compiled file. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { parse } from 'yaml';
import { renderCompose } from '../../src/compile/yaml.ts';
import type { ComposeDocument } from '../../src/model/compiled.ts';
import { visible } from '../../src/model/text/visible.ts';

const ODD = '\u001b[2J\u009b\u202e\u200b\u2028\u{e0041}\u00ad\u00a0ü';
const DOCUMENT = {
  name: 's',
  services: { a: { image: 'x', environment: { V: ODD, [`K${ODD}`]: '1' } } },
} as unknown as ComposeDocument;

test('they must be escapes, so that what `hive compile --stdout` prints is the file as it is', () => {
  const yaml = renderCompose(DOCUMENT, 'hive.yaml');
  assert.equal(visible(yaml), yaml);
  assert.deepEqual(parse(yaml).services.a.environment, { V: ODD, [`K${ODD}`]: '1' });
});

test('the command in the header must be one that a shell reads as it is meant', () => {
  const yaml = renderCompose(DOCUMENT, "my $(stack)'s\n.yaml");
  const command = /^# To write it again: (.*)$/m.exec(yaml)?.[1] ?? '';
  const words = execFileSync('bash', ['-c', `printf '%s|' ${command}`], { encoding: 'utf8' });
  assert.equal(words, "npx|hive|compile|-c|my $(stack)'s\n.yaml|");
  assert.ok(
    yaml
      .split('\n\n')[0]
      ?.split('\n')
      .every((line) => line.startsWith('#')),
  );
});
