/** The source files that a mutation run covers: all that keeps strangers, clients and servers apart. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutantsOf } from './mutants.ts';
import { ROOT } from './workspace.ts';

/** Each area is a row of the report. */
export const AREAS: Readonly<Record<string, readonly string[]>> = {
  'who a client is': ['edge/auth/*.ts'],
  'what a request may be': [
    'edge/http/{guard,cors,body,exchange,stream,keep-alive,message}.ts',
    'model/collections/shares.ts',
  ],
  'sessions and streams': [
    'edge/legacy/{sessions,session,session-header,sse,sse-connection,replays,resumptions}.ts',
    'edge/legacy/{get-stream,server-requests,batch-text}.ts',
    'edge/modern/{parked,listen-streams,listen-filter}.ts',
    'edge/shared/{askable,may-ask,route,views}.ts',
  ],
  'bytes of messages': [
    'wire/{framing,json,envelope,edit,oversize,line,multiline,pieces,trim,one-line,message}.ts',
  ],
  'names of discovered servers': [
    'catalog/{merge,naming,ownership,resource-route,uri-template}.ts',
    'model/labels.ts',
    'model/text/{grammar,prefixes,public-url}.ts',
    'reconcile/discovery.ts',
  ],
  'what a server may send': [
    'runtime/upstream/{lists,list-entries,server-requests}.ts',
    'runtime/upstream/output/tail.ts',
    'runtime/upstream/requests/{calls,running-tasks,deadlines}.ts',
    'runtime/links/writer.ts',
    'runtime/isolation/isolated.ts',
  ],
  'files and secrets': [
    'files/{fault,file-reader,limits,read-file}.ts',
    'store/*.ts',
    'runtime/memory/{values,state-dir,state-check,state-owner,values-key,logs}.ts',
    'secrets/*.ts',
  ],
};

/** Area of the files of which the bounds alone are mutated. */
export const OTHER_BOUNDS = 'every other bound of docs/faults.md';

/** Source files whose path contains `part`. */
export function targets(part = ''): string[] {
  return [...filesOf(Object.values(AREAS).flat()), ...boundFiles()].filter((file) => file.includes(part));
}

export const filesOf = (patterns: readonly string[]): string[] =>
  patterns.flatMap((pattern) => globSync(`src/${pattern}`, { cwd: ROOT }).sort());

/** Files that docs/faults.md names as the place of a bound, but for those of which everything is mutated. */
export function boundFiles(): string[] {
  const doc = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');
  const named = [...doc.matchAll(/^\| .* \| `(src\/[^`]+)` \|$/gm)].map(([, file = '']) => file);
  const whole = new Set(filesOf(Object.values(AREAS).flat()));
  return [...new Set(named)].filter((file) => !whole.has(file)).sort();
}

/** The mutants of a file that a run tries. */
export function mutantsFor(file: string, text: string): Mutant[] {
  const all = mutantsOf(file, text);
  if (!boundFiles().includes(file)) return all;
  const lines = text.split('\n');
  return all.filter(({ line, before }) => BOUND.test(lines[line - 1] ?? '') && /^\d/.test(before));
}

/** A line that sets a number: a constant of the module, or a member of an object of defaults. */
const BOUND = /^(?:export )?const [A-Z][A-Z_]* = [\d(]|^ {2}\w+: [\d(]/;
