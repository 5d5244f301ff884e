/**
 * `npm run record`: types the commands of session.mjs into a terminal, and draws what that showed as docs/session.svg.
 * Long waits are shortened, and the folder that the session runs in is shown as a home folder of the same length.
 * Needs a container engine, `script` of util-linux, and port 8001 free.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Screen } from './screen.mjs';
import { AFTER, BEFORE, COLUMNS, FILES, ROWS, SCENES } from './session.mjs';
import { svg } from './svg.mjs';

/** @typedef {import('./svg.mjs').Frame} Frame */
/** @typedef {import('./session.mjs').Command} Command */
/** @typedef {{ at: number, text: string }} Output `at` in milliseconds since the command was typed */

const ROOT = join(import.meta.dirname, '../..');
const PICTURE = join(ROOT, 'docs/session.svg');
/** As long as the name of a folder that `mkdtemp` makes in /tmp. */
const SHOWN_HOME = '/home/anyone';
const LONGEST_WAIT_MS = 700;
const KEY_MS = 45;
const READING_MS = 1_800;
const LAST_READING_MS = 4_000;

const home = mkdtempSync(join(tmpdir(), 'h'));
try {
  prepare(home);
  for (const command of BEFORE) await output({ type: command });
  writeFileSync(PICTURE, await film());
} finally {
  for (const command of AFTER) await output({ type: command });
  rmSync(home, { recursive: true });
}

/** @param {string} folder */
function prepare(folder) {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(ROOT, 'bin/hive.mjs'), join(folder, 'bin/hive'));
}

async function film() {
  /** @type {Frame[]} */
  const frames = [];
  let now = 0;
  for (const scene of SCENES) {
    const screen = new Screen(COLUMNS, ROWS);
    const show = () => {
      const lines = screen.lines();
      const isNew = JSON.stringify(frames.at(-1)?.lines) !== JSON.stringify(lines);
      if (isNew) frames.push({ at: now, lines });
      return isNew;
    };
    for (const command of scene) now = await play(command, screen, now, show);
  }
  const commands = SCENES.flat().map(({ type }) => type);
  const title = 'A terminal session with Hive';
  const ends = now + LAST_READING_MS;
  return svg(frames, { columns: COLUMNS, rows: ROWS, ends, title, commands });

  /**
   * @param {Command} command
   * @param {Screen} screen
   * @param {number} from
   * @param {() => boolean} show
   */
  async function play(command, screen, from, show) {
    now = from;
    screen.write('\u001b[32m$\u001b[0m ');
    show();
    for (const key of command.type) {
      now += KEY_MS;
      screen.write(key);
      show();
    }
    screen.write('\r\n');
    let before = 0;
    for (const { at, text } of await output(command)) {
      const next = now + Math.round(Math.min(at - before, LONGEST_WAIT_MS));
      screen.write(text);
      const was = now;
      now = next;
      if (show()) before = at;
      else now = was;
    }
    return now + READING_MS;
  }
}

/**
 * What a command prints on a terminal. Rejects if it fails.
 *
 * @param {Command} command
 * @returns {Promise<Output[]>}
 */
async function output({ type, when, answer }) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const line = `stty cols ${COLUMNS} rows ${ROWS}; ${type}`;
  const path = [join(home, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { ...process.env, HOME: home, PATH: path, TERM: 'xterm-256color', CI: undefined };
  const started = performance.now();
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd: join(home, 'demo'),
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  /** @type {Output[]} */
  const outputs = [];
  let isAnswered = false;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (/** @type {string} */ text) => {
    outputs.push({ at: performance.now() - started, text: text.replaceAll(home, SHOWN_HOME) });
    if (isAnswered || !when?.test(text)) return;
    isAnswered = true;
    setTimeout(() => child.stdin.write(answer), READING_MS);
  });
  child.once('error', reject);
  child.once('close', (code) => {
    const all = outputs.map(({ text }) => text).join('');
    if (code === 0) resolve(outputs);
    else reject(new Error(`${type} ended with ${code}:\n${all}`));
  });
  return promise;
}
