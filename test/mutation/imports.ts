/** What each file of the tree imports, for the choice of test files and for the digest of a result. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readFacts } from '../helpers/architecture/facts.ts';
import { ROOT } from './workspace.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export class Imports {
  readonly #texts = new Map<string, string>();
  readonly #direct = new Map<string, readonly string[]>();

  text(file: string): string {
    const text = this.#texts.get(file) ?? readFileSync(join(ROOT, file), 'utf8');
    this.#texts.set(file, text);
    return text;
  }

  digest(file: string): string {
    return digestOf(this.text(file));
  }

  direct(file: string): readonly string[] {
    const known = this.#direct.get(file);
    if (known) return known;
    const own = readFacts(file, this.text(file)).imports.flatMap(({ specifier }) =>
      specifier?.startsWith('.') && specifier.endsWith('.ts')
        ? [relative(ROOT, join(ROOT, dirname(file), specifier))]
        : [],
    );
    this.#direct.set(file, own);
    return own;
  }

  /** The file and all that it needs, in a fixed order. */
  closureOf(file: string): string[] {
    const found = new Set([file]);
    for (const one of found) for (const other of this.direct(one)) found.add(other);
    return [...found].sort();
  }
}

/** Tests that drive the whole program, or a real engine: too slow for a run of each mutant. */
const WHOLE = /^test\/(scenarios|chaos|conformance|frameworks|reboot|protocol|bench|scripts|mutation|pins)\//;

export const unitTests = (): string[] =>
  globSync('test/**/*.test.ts', { cwd: ROOT })
    .filter((file) => !WHOLE.test(file))
    .sort();
