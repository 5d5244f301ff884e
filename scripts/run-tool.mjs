import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const TAIL_LINES = 30;

/**
 * Runs a program to its end and keeps its last lines. `onLine` may return true for a line that is not worth keeping.
 *
 * @param {readonly string[]} argv
 * @param {string} cwd
 * @param {(line: string) => boolean} onLine
 * @returns {Promise<{ ok: boolean, tail: string[] }>}
 */
export function runTool(argv, cwd, onLine = () => false) {
  return new Promise((resolve) => {
    const [file, ...args] = argv;
    const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const tail = [];
    const keep = (line) => {
      if (onLine(line)) return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', keep);
    child.once('error', (error) => resolve({ ok: false, tail: [...tail, error.message] }));
    child.once('close', (code) => resolve({ ok: code === 0, tail }));
  });
}
