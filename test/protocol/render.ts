/** docs/protocol.md from the tables beside this file. Run it to write the document anew: node test/protocol/render.ts */
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

const MARK: Readonly<Record<How, string>> = { lossless: '✓', emulated: '≈', impossible: '✗' };
const cell = ([how, why]: readonly [How, string?]): string => (why ? `${MARK[how]} ${why}` : MARK[how]);
const escaped = (text: string): string => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const page = (section: string): string => section.replace('.mdx#', ', ');
const name = (pair: Pair): string => pair.split('').join('×');

/** A row of one end alone stands for both pairings: `L×·`. */
function pairings({ proofs, isAlone, side, revision }: Requirement): string {
  const era = revision === '2026-07-28' ? 'M' : 'L';
  if (isAlone) return side === 'client' ? `${era}×·` : `·×${era}`;
  return pairsOf(proofs).map(name).join(' ');
}

const pairsOf = (proofs: Requirement['proofs']): Pair[] => PAIRS.filter((pair) => proofs[pair] !== undefined);

/** What proves a row; where that differs by pairing, after the name of it. */
function provedBy({ proofs }: Requirement): string {
  const byPair = pairsOf(proofs).map((pair) => [name(pair), proofIn(proofs[pair])] as const);
  const [[, first] = ['', ''], ...others] = byPair;
  if (others.every(([, other]) => other === first)) return first;
  return byPair.map(([pair, proof]) => `**${pair}** ${proof}`).join('<br>');
}

function proofIn(proved: Requirement['proofs'][Pair]): string {
  if (!proved) return '';
  if ('never' in proved) return `does not come up: ${proved.never}`;
  if ('gap' in proved) return `no proof: ${proved.gap}`;
  return proved
    .map((key) => PROOFS[key])
    .map(([file, test]) => `\`${file}\`: ${test}`)
    .join('<br>');
}

function requirements(revision: Revision, side: Side): string {
  const rows = REQUIREMENTS.filter((it) => it.revision === revision && it.side === side);
  return table(
    ['', 'what', 'level', 'specification', 'pairings', 'proved by'],
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
    ['', 'pairings', 'what', 'level', 'specification', 'why'],
    GAPS.map(({ id, pairs, revision, text, level, section, why }) => [
      `\`${id}\``,
      pairs.map(name).join(' '),
      text,
      level,
      `${revision}: ${page(section)}`,
      why,
    ]),
  );

/** Of each pairing: how many rows apply, are proved in it, and, where both ends have a part, through the whole gateway. */
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
    'in which both ends have a part',
    'of these through the whole gateway',
  ];
  return table(head, PAIRS.map(of));
}

/** What of the specification the tables cover. */
function coverage(): string {
  const lines = Object.entries(SECTIONS).map(([revision, sections]) => {
    const sum = (of: (section: Section) => number) => `${sections.reduce((all, it) => all + of(it), 0)}`;
    const rows = REQUIREMENTS.filter((it) => it.revision === revision);
    const gaps = GAPS.filter((it) => it.revision === revision);
    const bound = sum(([, , own]) => (typeof own === 'number' ? own : 0));
    return [revision, sum(([, sentences]) => sentences), bound, `${rows.length}`, `${gaps.length}`];
  });
  return table(['', 'sentences with MUST or SHOULD', 'that bind a gateway', 'rows', 'without proof'], lines);
}

/** Why the other sections have no row, and how many sentences that is. */
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
  return `<!-- Written by test/protocol/render.ts from the tables beside it: edit those. -->
# The protocol

Hive speaks both eras of MCP on both sides: **legacy**, the versions from 2024-11-05 to 2025-11-25 that begin with \`initialize\`, and
**modern**, 2026-07-28, in which every request says all there is to know about its client. One URL serves both; the body of a message decides.

## What becomes of a feature between the eras

✓ lossless, ≈ emulated, ✗ impossible. The first letter is the client’s era, the second the server’s: L×M is a legacy client in front of a
modern server.

${table(
  ['feature', 'L×L', 'M×L', 'L×M', 'M×M', 'proved by'],
  PAIRINGS.map(({ feature, cells, proofs }) => [
    feature,
    ...[cells.LL, cells.ML, cells.LM, cells.MM].map(cell),
    proofIn(proofs),
  ]),
)}

## How to read the tables below

Each row is a sentence of the specification that binds a gateway, and names the pairings of eras to which it applies. L×· binds the side
towards legacy clients alone, whatever server is behind it; ·×M the side towards modern servers, whatever client asks; the tests of such
rows look at that side. In all other rows both ends have a part, and each pairing has its proof; where proofs differ the pairing stands
before them. “Described” is what the specification says without MUST or SHOULD.

${counts()}

Not every sentence of the specification binds a gateway; one row often stands for several that say the same.

${coverage()}

Sentences of sections without a row, of both revisions (\`test/protocol/sections.ts\` names each section):

${others()}

## What 2026-07-28 demands, and where it is proved

### Towards clients

${requirements('2026-07-28', 'client')}

### Towards servers

${requirements('2026-07-28', 'upstream')}

## What the legacy versions demand, and where it is proved

The pages are those of 2025-11-25 unless they name another version; where an older one differs the row says so.

### Towards legacy clients

${requirements('2025-11-25', 'client')}

### Towards legacy servers

${requirements('2025-11-25', 'upstream')}

## What no test proves

${gaps()}
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT, render());
