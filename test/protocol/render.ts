/** docs/protocol.md from the tables beside this file. Run it to write the document anew: node test/protocol/render.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEGACY_GAPS } from './legacy-gaps.ts';
import { type How, PAIRINGS } from './pairing.ts';
import { REQUIREMENTS, type Requirement } from './requirements.ts';
import { LEGACY_REQUIREMENTS } from './requirements-legacy.ts';

export const DOCUMENT = join(import.meta.dirname, '../../docs/protocol.md');

const MARK: Readonly<Record<How, string>> = { lossless: '✓', emulated: '≈', impossible: '✗' };
const cell = ([how, why]: readonly [How, string?]): string => (why ? `${MARK[how]} ${why}` : MARK[how]);
const escaped = (text: string): string => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const page = (section: string): string => section.replace('.mdx#', ', ');

function requirements(all: readonly Requirement[], sides: Requirement['sides']): string {
  const rows = all.filter((it) => it.sides === sides);
  return table(
    ['', 'what', 'level', 'specification', 'proved by'],
    rows.map(({ id, text, level, section, proof }) => {
      const [file = '', name = ''] = proof.split(' :: ');
      return [`\`${id}\``, text, level, page(section), `\`${file}\`: ${name}`];
    }),
  );
}

const gaps = (): string =>
  table(
    ['', 'towards', 'what', 'level', 'specification', 'why'],
    LEGACY_GAPS.map(({ id, sides, text, level, section, why }) => [
      `\`${id}\``,
      sides === 'client' ? 'clients' : 'servers',
      text,
      level,
      page(section),
      why,
    ]),
  );

export function render(): string {
  return `<!-- Written by test/protocol/render.ts from the tables beside it: edit those. -->
# The protocol

Hive speaks both eras of MCP on both sides: **legacy**, the versions from 2024-11-05 to 2025-11-25 that begin with \`initialize\`, and
**modern**, 2026-07-28, in which every request says all there is to know about its client. One URL serves both; the body of a message decides.

## What becomes of a feature between the eras

✓ lossless, ≈ emulated, ✗ impossible. The first letter is the client’s era, the second the server’s: L×M is a legacy client in front of a
modern server.

${table(
  ['feature', 'L×L', 'M×L', 'L×M', 'M×M'],
  PAIRINGS.map(({ feature, cells }) => [feature, ...[cells.LL, cells.ML, cells.LM, cells.MM].map(cell)]),
)}

## What 2026-07-28 demands, and where it is proved

### Towards clients

${requirements(REQUIREMENTS, 'client')}

### Towards servers

${requirements(REQUIREMENTS, 'upstream')}

## What the legacy versions demand, and where it is proved

The pages are those of 2025-11-25 unless they name another version; where an older one differs the row says so.
“Described” is what the specification says without MUST or SHOULD.

### Towards legacy clients

${requirements(LEGACY_REQUIREMENTS, 'client')}

### Towards legacy servers

${requirements(LEGACY_REQUIREMENTS, 'upstream')}

### What no test proves

${gaps()}
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT, render());
