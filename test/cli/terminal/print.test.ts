/** What reaches a terminal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
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

const PLAN = '+ create   a\n- remove   b\n~ update   c\n! skip     d\n    fix: do';
const ERROR = 'error USAGE: what error is\n  fix: this';

test('errors and the steps of a plan must have their colours, with the same words', () => {
  const painted = printed('t.print(t.paintedLines(process.env.TEXT))', { FORCE_COLOR: '1', TEXT: PLAN });
  assert.equal(
    painted,
    '\u001b[32m+ create\u001b[39m   a\n\u001b[31m- remove\u001b[39m   b\n' +
      '\u001b[33m~ update\u001b[39m   c\n! skip     d\n\u001b[2m    fix:\u001b[22m do\n',
  );
  assert.equal(stripVTControlCharacters(painted), `${PLAN}\n`);
  assert.equal(
    onStderr({ FORCE_COLOR: '1' }),
    `\u001b[31merror\u001b[39m USAGE: what error is\n\u001b[2m  fix:\u001b[22m this\n`,
  );
});

test('without a terminal, and where NO_COLOR asks for none, errors must have no colours', () => {
  for (const env of [{}, { NO_COLOR: '1' }, { FORCE_COLOR: '0' }]) assert.equal(onStderr(env), `${ERROR}\n`);
});

function onStderr(env: Record<string, string>): string {
  return printed('process.stderr.write = (it) => process.stdout.write(it); t.printError(process.env.TEXT)', {
    ...env,
    TEXT: ERROR,
  });
}

test('what others have written must get no colour in the middle, and be cleaned', () => {
  const text = printed('t.print(t.paintedLines(`error ${hostile}\\n+ x ${hostile}`))', { FORCE_COLOR: '1' });
  assert.equal(text, `error ${SHOWN}\n\u001b[32m+ x\u001b[39m ${SHOWN}\n`);
});

test('JSON must be escaped so that its value stays the same', () => {
  const text = printed('t.printJson({ hostile })', {});
  assert.deepEqual(JSON.parse(text), { hostile: HOSTILE });
  assert.equal(rendered(text), text);
});

test('a terminal of 0 columns must count as one whose width nobody knows', () => {
  const widths = [0, 40].map((width) => {
    const terminal = `for (const it of [process.stdout, process.stderr]) Object.assign(it, { isTTY: true, columns: ${width} });`;
    return printed(
      `${terminal} process.stderr.write = (it) => process.stdout.write(String(it).length + ' ');
      t.printTransient('x'.repeat(200)); t.print(String(t.columns()))`,
      {},
    );
  });
  assert.deepEqual(widths, ['83 undefined\n', '43 40\n']);
});

test('messages for a program must stay as they are', () => {
  assert.equal(printed('t.printMessage(Buffer.from(\'{"a":"\\u202e"}\'))', {}), '{"a":"\u202e"}\n');
});
