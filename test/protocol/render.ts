/** Generates docs/protocol.md from the tables beside this file: node test/protocol/render.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type How, PAIRINGS } from './pairing.ts';
import { PROOFS } from './proofs.ts';
import {
  type Key,
  PAIRS,
  type Pair,
  type Proof,
  type Requirement,
  type Revision,
  type Side,
} from './requirement.ts';
import { GAPS, REQUIREMENTS } from './requirements.ts';
import { REASONS, SECTIONS, type Section } from './sections.ts';

export const DOCUMENT = join(import.meta.dirname, '../../docs/protocol.md');

const OWN_ERA = 'test/scenarios/own-era.test.ts';

const MARK: Readonly<Record<How, string>> = { lossless: '✓', emulated: '≈', impossible: '✗' };
const cell = ([how, why]: readonly [How, string?]): string => (why ? `${MARK[how]} ${why}` : MARK[how]);
const escaped = (text: string): string => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const page = (section: string): string => section.replace('.mdx#', ', ');
const name = (pair: Pair): string => pair.split('').join('×');

/** Pairings of a row, such as `L×L M×L`; `L×·` for a row that binds one end alone. */
function pairings({ proofs, isAlone, side, revision }: Requirement): string {
  const era = revision === '2026-07-28' ? 'M' : 'L';
  if (isAlone) return side === 'client' ? `${era}×·` : `·×${era}`;
  return pairsOf(proofs).map(name).join(' ');
}

const pairsOf = (proofs: Requirement['proofs']): Pair[] => PAIRS.filter((pair) => proofs[pair] !== undefined);

/** Tests that prove a row. If they differ by pairing, each pairing's name precedes its tests. */
function provedBy({ proofs }: Requirement): string {
  const byPair = pairsOf(proofs).map((pair) => [name(pair), proofIn(proofs[pair])] as const);
  const [[, first] = ['', ''], ...others] = byPair;
  if (others.every(([, other]) => other === first)) return first;
  return byPair.map(([pair, proof]) => `**${pair}** ${proof}`).join('<br>');
}

function proofIn(proved: Requirement['proofs'][Pair]): string {
  if (!proved) return '';
  if ('never' in proved) return `does not apply: ${proved.never}`;
  if ('gap' in proved) return `no proof: ${proved.gap}`;
  return proved
    .map((key) => PROOFS[key])
    .map(([file, test]) => `\`${file}\`: ${test}`)
    .join('<br>');
}

function requirements(revision: Revision, side: Side): string {
  const rows = REQUIREMENTS.filter((it) => it.revision === revision && it.side === side);
  return table(
    ['', 'requirement', 'level', 'specification', 'pairings', 'proved by'],
    rows.map((row) => [
      `\`${row.id}\``,
      row.text,
      row.level,
      page(row.section),
      pairings(row),
      provedBy(row),
    ]),
  );
}

const gaps = (): string =>
  table(
    ['', 'pairings', 'requirement', 'level', 'specification', 'reason'],
    GAPS.map(({ id, pairs, revision, text, level, section, why }) => [
      `\`${id}\``,
      pairs.map(name).join(' '),
      text,
      level,
      `${revision}: ${page(section)}`,
      why,
    ]),
  );

/** For each pairing: rows that apply, rows proved, and, of those that involve both ends, rows proved through the whole gateway. */
function counts(): string {
  const of = (pair: Pair) => {
    const rows = REQUIREMENTS.filter(({ proofs }) => proofs[pair] && !('never' in proofs[pair]));
    const proved = rows.filter(({ proofs }) => Array.isArray(proofs[pair]));
    const shared = proved.filter(({ isAlone }) => !isAlone);
    const whole = shared.filter(({ proofs }) => keysOf(proofs[pair]).some((key) => runs(key, pair)));
    return [name(pair), ...[rows, proved, shared, whole].map(({ length }) => `${length}`)];
  };
  const head = [
    'pairing',
    'rows that apply',
    'proved',
    'that involve both ends',
    'of these, through the whole gateway',
  ];
  return table(head, PAIRS.map(of));
}

/** How much of the specification the tables cover. */
function coverage(): string {
  const lines = Object.entries(SECTIONS).map(([revision, sections]) => {
    const sum = (of: (section: Section) => number) => `${sections.reduce((all, it) => all + of(it), 0)}`;
    const rows = REQUIREMENTS.filter((it) => it.revision === revision);
    const gaps = GAPS.filter((it) => it.revision === revision);
    const bound = sum(([, , own]) => (typeof own === 'number' ? own : 0));
    return [revision, sum(([, sentences]) => sentences), bound, `${rows.length}`, `${gaps.length}`];
  });
  return table(
    ['', 'sentences with MUST or SHOULD', 'of these, binding a gateway', 'rows', 'without proof'],
    lines,
  );
}

/** Why the other sections have no row, with the number of their sentences. */
function others(): string {
  const all = Object.values(SECTIONS).flat();
  const sum = (reason: string) =>
    all.reduce((count, [, sentences, own]) => count + (own === reason ? sentences : 0), 0);
  return Object.entries(REASONS)
    .map(([reason, why]) => `- ${sum(reason)}: ${why}.`)
    .join('\n');
}

const keysOf = (proved: Requirement['proofs'][Pair]) =>
  Array.isArray(proved) ? (proved as readonly Key[]) : [];
const runs = (key: Key, pair: Pair): boolean => (PROOFS[key] as Proof)[2]?.includes(pair) === true;

export function render(): string {
  return `<!-- Generated by test/protocol/render.ts from the tables beside it: edit those. -->
# The protocol

Hive speaks both eras of MCP on both sides: **legacy**, the versions from 2024-11-05 to 2025-11-25, which begin with \`initialize\`, and
**modern**, 2026-07-28, in which every request describes its client. One URL serves both; the body of a message shows its era.

## The era is the client’s

A server that has both eras over HTTP (a remote server, or a container with \`transport: http\`) is connected in the modern era at its start, and in
the legacy era as soon as a legacy client is there: then the client is served as if it were connected directly (L×L below), while modern
clients stay M×M. Each client sees the lists of its own era, and calls what is in them: a tool that only the other era has is unknown to it.
The connections for legacy clients end a minute after the last one has gone.

Translation (L×M) remains for servers without a legacy era, and for those whose legacy era has no sessions: without a session a server can
neither ask its client nor announce a change, so translation loses less. Only what the server itself answers to \`initialize\` shows that, never how
long it takes; it is remembered for a week, or until the server may have been replaced. An era that cannot be reached for another reason is
tried again, with pauses of 1 s to 5 min; until then its clients are served by translation. A process that clients share over stdio keeps one
era, the modern one if it has both. \`${OWN_ERA}\` proves all of this with real clients and servers.

## Features between the eras

✓ lossless, ≈ emulated, ✗ impossible. The first letter is the client’s era, the second the server’s: L×M is a legacy client of a modern
server.

${table(
  ['feature', 'L×L', 'M×L', 'L×M', 'M×M', 'proved by'],
  PAIRINGS.map(({ feature, cells, proofs }) => [
    feature,
    ...[cells.LL, cells.ML, cells.LM, cells.MM].map(cell),
    proofIn(proofs),
  ]),
)}

## How to read the tables below

Each row is a sentence of the specification that binds a gateway, with the pairings of eras to which it applies. L×· binds only the side
towards legacy clients, whatever the server; ·×M only the side towards modern servers, whatever the client; tests of such rows check that
side. All other rows involve both ends, and each pairing has its proof; if proofs differ, the pairing precedes them. “Described” marks
what the specification says without MUST or SHOULD.

${counts()}

Not every sentence of the specification binds a gateway, and one row often stands for several sentences with the same content.

${coverage()}

Number of sentences in sections without a row, of both revisions (\`test/protocol/sections.ts\` lists each section):

${others()}

## Requirements of 2026-07-28 and their proofs

### Towards clients

${requirements('2026-07-28', 'client')}

### Towards servers

${requirements('2026-07-28', 'upstream')}

## Requirements of the legacy versions and their proofs

Pages are those of 2025-11-25 unless they name another version; rows mention where an older version differs.

### Towards legacy clients

${requirements('2025-11-25', 'client')}

### Towards legacy servers

${requirements('2025-11-25', 'upstream')}

## Requirements without proof

${gaps()}
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT, render());
