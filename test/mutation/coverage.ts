/** Which test files reach which bytes of which source files, by V8's coverage of one run of each test file. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Imports } from './imports.ts';
import type { Workspace } from './workspace.ts';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** What one test file did on the tree without a mutation. */
export interface Reach {
  readonly testFile: string;
  readonly ms: number;
  /** Empty if it passed, and so can hold mutants. */
  readonly failed: string;
  /** Digests of the source files at that time. */
  readonly digests: Readonly<Record<string, string>>;
  /** By source file. */
  readonly ranges: Readonly<Record<string, readonly Range[]>>;
}

/** True if the code at `offset` ran: the innermost range that contains it decides. */
export function reaches({ ranges }: Reach, file: string, offset: number): boolean {
  let innermost: Range | undefined;
  for (const range of ranges[file] ?? []) {
    const isWithin = range.startOffset <= offset && offset < range.endOffset;
    if (isWithin && !(innermost && sizeOf(innermost) < sizeOf(range))) innermost = range;
  }
  return (innermost?.count ?? 0) > 0;
}

const sizeOf = ({ startOffset, endOffset }: Range): number => endOffset - startOffset;

/** Longest run of one test file without a mutation. */
const LIMIT_MS = 180_000;

/**
 * Measured again when the test file changes, or one of the `wanted` source files that it reaches.
 * @param cache a folder
 */
export async function reachOf(
  testFile: string,
  wanted: readonly string[],
  workspace: Workspace,
  imports: Imports,
  cache: string,
): Promise<Reach> {
  const path = join(cache, `${testFile.replaceAll('/', '+')}-${imports.digest(testFile)}.json`);
  const needed = imports.closureOf(testFile).filter((file) => wanted.includes(file));
  const known = readReach(path);
  if (known && needed.every((file) => known.digests[file] === imports.digest(file))) return known;
  const sources = imports.closureOf(testFile).filter((file) => file.startsWith('src/'));
  const digests = Object.fromEntries(sources.map((file) => [file, imports.digest(file)]));
  const reach = { ...(await measured(testFile, workspace, `${path}.v8`)), digests };
  if (reach.failed === '') writeFileSync(path, JSON.stringify(reach));
  return reach;
}

function readReach(path: string): Reach | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function measured(
  testFile: string,
  workspace: Workspace,
  folder: string,
): Promise<Omit<Reach, 'digests'>> {
  mkdirSync(folder, { recursive: true });
  const { kind, test, ms } = await workspace.run(testFile, { limitMs: LIMIT_MS, coverage: folder });
  const ranges: Record<string, Range[]> = {};
  for (const name of readdirSync(folder)) addRanges(ranges, readFileSync(join(folder, name), 'utf8'));
  rmSync(folder, { recursive: true });
  const failed = kind === 'passed' ? '' : `${kind}: ${test || 'outside all tests'}`;
  return { testFile, ms, failed, ranges };
}

/** Child processes write a file each. */
function addRanges(ranges: Record<string, Range[]>, text: string): void {
  const { result } = JSON.parse(text) as {
    result: { url: string; functions: { ranges: Range[] }[] }[];
  };
  for (const { url, functions } of result) {
    const [, file] = /\/tree\/(src\/.*\.ts)$/.exec(url) ?? [];
    if (file === undefined) continue;
    const known = ranges[file];
    ranges[file] = [...(known ?? []), ...functions.flatMap((each) => each.ranges)];
  }
}
