/** What reaches a terminal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { joined, lines, paint, rendered } from '../../../src/cli/terminal/print.ts';

const HOSTILE = '\u001b[2J\u001b]0;x\u0007\r\u009b5n\u202e\u2028\u200b\u001b[31mred';
const SHOWN = '\\x1b[2J\\x1b]0;x\\x07\\r\\x9b5n\\u202e\\u2028\\u200bred';

test('plain text must be cleaned, wherever it is joined', () => {
  assert.equal(rendered(HOSTILE), SHOWN);
  assert.equal(rendered(joined('a ', HOSTILE)), `a ${SHOWN}`);
  assert.equal(rendered(lines([HOSTILE, joined(HOSTILE)])), `${SHOWN}\n${SHOWN}`);
  assert.ok(rendered(paint('red', HOSTILE)).includes(SHOWN));
});

/** Output of a program that prints with this module, on a terminal or not. */
function printed(code: string, env: Record<string, string>): string {
  const module = join(import.meta.dirname, '../../../src/cli/terminal/print.ts');
  const program = `import * as t from ${JSON.stringify(module)}; const hostile = ${JSON.stringify(HOSTILE)}; ${code}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
}

test("Hive's own colours must be there, and no other escapes", () => {
  const text = printed("t.print(t.paint('red', hostile))", { FORCE_COLOR: '1' });
  assert.equal(text, `\u001b[31m${SHOWN}\u001b[39m\n`);
});

test('JSON must be escaped so that its value stays the same', () => {
  const text = printed('t.printJson({ hostile })', {});
  assert.deepEqual(JSON.parse(text), { hostile: HOSTILE });
  assert.equal(rendered(text), text);
});

test('messages for a program must stay as they are', () => {
  assert.equal(printed('t.printMessage(Buffer.from(\'{"a":"\\u202e"}\'))', {}), '{"a":"\u202e"}\n');
});
