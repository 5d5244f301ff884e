/** A copy of the tree in which one source file at a time is mutated, and tests run against it. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['src', 'test', 'docs', 'schemas', 'bin', 'scripts', 'package.json', 'tsconfig.json'];

export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'late';
  /** The test that failed; empty for an error outside all tests. */
  readonly test: string;
  readonly ms: number;
}

export interface RunOptions {
  readonly limitMs: number;
  /** Folder for V8's coverage of the run. */
  readonly coverage?: string;
  /** Only tests whose names match it run. */
  readonly pattern?: string;
}

export class Workspace {
  readonly #path: string;
  readonly #cache: string;

  /** @param folder must be empty, and is removed by the caller */
  constructor(folder: string) {
    this.#path = join(folder, 'tree');
    this.#cache = join(folder, 'compiled');
    mkdirSync(join(folder, 'tmp'), { recursive: true });
    for (const name of COPIED)
      if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(this.#path, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#path, 'node_modules'));
  }

  /** Runs `work` while the file has another text. */
  async with<T>(file: string, text: string, work: () => Promise<T>): Promise<T> {
    const path = join(this.#path, file);
    const before = readFileSync(path);
    writeFileSync(path, text);
    try {
      return await work();
    } finally {
      writeFileSync(path, before);
    }
  }

  run(testFile: string, { limitMs, coverage, pattern }: RunOptions): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const begun = performance.now();
    const child = this.#spawn(testFile, coverage, pattern);
    let test = '';
    child.stdout.on('data', (chunk) => {
      test = (test + chunk).slice(-200);
    });
    let isLate = false;
    const end = (): void => endGroup(child.pid);
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limitMs);
    process.once('exit', end);
    child.on('exit', end);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('exit', end);
      const kind = isLate ? 'late' : code === 0 ? 'passed' : 'failed';
      resolve({ kind, test, ms: performance.now() - begun });
    });
    return promise;
  }

  /** In a process group of its own, so that servers which a test has started end with it. */
  #spawn(testFile: string, coverage: string | undefined, pattern: string | undefined) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const argv = ['--max-old-space-size=2048', join(this.#path, 'test/mutation/child.ts'), testFile];
    if (pattern !== undefined) argv.push(pattern);
    return spawn(process.execPath, argv, {
      cwd: this.#path,
      env: {
        ...env,
        TMPDIR: join(this.#path, '../tmp'),
        ...(coverage ? { NODE_V8_COVERAGE: coverage } : { NODE_COMPILE_CACHE: this.#cache }),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of its processes have ended.
  }
}
