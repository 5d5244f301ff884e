/** The recorded session of the README: the terminal that draws it, and the picture that was drawn. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';

interface Run {
  readonly column: number;
  readonly text: string;
  readonly style: string;
}
interface Screen {
  write(text: string): void;
  lines(): Run[][];
}
const ROOT = join(import.meta.dirname, '../..');
const load = async (name: string) => import(join(ROOT, `scripts/record/${name}.mjs`));
const { Screen }: { Screen: new (columns: number, rows: number) => Screen } = await load('screen');
const { FILES, SCENES }: { FILES: { 'demo/hive.yaml': string }; SCENES: { type: string }[][] } =
  await load('session');
const { svg } = await load('svg');
const PICTURE = readFileSync(join(ROOT, 'docs/session.svg'), 'utf8');
const TYPED = SCENES.flat().map(({ type }) => type);

const shown = (text: string): string[] => {
  const screen = new Screen(20, 3);
  screen.write(text);
  return screen.lines().map((line) => line.map((run) => run.text).join('|'));
};

test('a terminal must show what control sequences leave of the lines', () => {
  assert.deepEqual(shown('one\r\ntwo'), ['one', 'two']);
  assert.deepEqual(shown('Building\r\u001b[2KBuilt'), ['Built']);
  assert.deepEqual(shown('a\r\nb\r\n\u001b[2K\u001b[1A\u001b[2K\u001b[1A\u001b[2K\u001b[Gc\r\n'), [
    'c',
    '',
    '',
  ]);
  assert.deepEqual(shown('x (Y/n)\u001b[3G\u001b[Ky'), ['x y']);
  assert.deepEqual(shown('12345678901234567890ab'), ['12345678901234567890', 'ab']);
  assert.deepEqual(shown('1\r\n2\r\n3\r\n4'), ['2', '3', '4']);
  assert.deepEqual(shown('\u001b]0;title\u0007\u001b[?25l⠙ wait'), ['⠿ wait']);
});

test('runs must have their column and style, and each column of a table must be one', () => {
  const screen = new Screen(40, 3);
  screen.write('\u001b[32mok\u001b[39m  \u001b[1;31mbad one\u001b[0m');
  assert.deepEqual(screen.lines(), [
    [
      { column: 0, text: 'ok', style: 'green' },
      { column: 4, text: 'bad one', style: 'bold red' },
    ],
  ]);
});

test('a picture must escape text, and show each line for its time', () => {
  const line = [{ column: 0, text: '<script>&"', style: '' }];
  const about = { columns: 20, rows: 3, ends: 1000, title: 't', commands: ['a <b>'] };
  const frames = [
    { at: 0, lines: [line, line] },
    { at: 500, lines: [line, [{ column: 0, text: 'gone at once', style: '' }]] },
    { at: 500, lines: [line] },
  ];
  const text = svg(frames, about);
  assertWellFormed(text);
  assert.equal(text.match(/&lt;script&gt;&amp;&quot;/g)?.length, 2);
  assert.doesNotMatch(text, /gone at once/);
  assert.match(text, /@keyframes k0\{0%\{visibility:visible\}to\{visibility:visible\}\}/);
  assert.match(text, /@keyframes k1\{0%\{visibility:visible\}50%,to\{visibility:hidden\}\}/);
});

test('the picture must be of the session that scripts/record types, and need nothing from elsewhere', () => {
  assertWellFormed(PICTURE);
  assert.equal(/<desc id="d">(.*?)<\/desc>/s.exec(PICTURE)?.[1], TYPED.join('\n'), 'npm run record');
  assert.doesNotMatch(PICTURE, /<script|<image|<foreignObject|href|url\(|@import|@font-face|\son\w+=/);
  for (const line of FILES['demo/hive.yaml'].trim().split('\n'))
    assert.ok(PICTURE.includes(`>${line.trim()}<`), line);
});

test('the commands of the session must exist, and stand in the README', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  assert.ok(readme.includes('](docs/session.svg)'));
  const names = TYPED.flatMap((line) => /^hive (\w+)/.exec(line)?.[1] ?? []);
  assert.ok(names.length >= 4);
  for (const name of names) {
    assert.ok(
      COMMANDS.some((command) => command.name === name),
      name,
    );
    assert.ok(readme.includes(`hive ${name}`), name);
  }
});

/** Every element that is opened must be closed, and text must hold no bare `<` or `&`. */
function assertWellFormed(text: string): void {
  const open: string[] = [];
  let rest = 0;
  for (const match of text.matchAll(/<(\/?)([\w:]+)((?:\s[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    assertText(text.slice(rest, match.index));
    rest = match.index + match[0].length;
    const [, end, name = '', , empty] = match;
    if (end) assert.equal(open.pop(), name);
    else if (!empty) open.push(name);
  }
  assertText(text.slice(rest));
  assert.deepEqual(open, []);
}

function assertText(text: string): void {
  assert.doesNotMatch(text, /[<>]|&(?!(?:amp|lt|gt|quot);)/);
}
