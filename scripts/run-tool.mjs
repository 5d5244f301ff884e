/** Runs another program to its end. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const TAIL_LINES = 30;

/**
 * Runs a program to its end and keeps its last lines, but not those for which `onLine` returns true. Never rejects.
 *
 * @param {readonly string[]} argv the program and its arguments
 * @param {string} cwd
 * @param {(line: string) => boolean} onLine
 * @returns {Promise<{ ok: boolean, tail: string[] }>}
 */
export function runTool(argv, cwd, onLine = () => false) {
  return new Promise((resolve) => {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {string[]} */
    const tail = [];
    const keep = (/** @type {string} */ line) => {
      if (onLine(line)) return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', keep);
    child.once('error', (error) => resolve({ ok: false, tail: [...tail, error.message] }));
    child.once('close', (code) => resolve({ ok: code === 0, tail }));
  });
}
