/** docs/protocol.md from the tables beside this file. Run it to write the document anew: node test/protocol/render.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type How, PAIRINGS } from './pairing.ts';
import { REQUIREMENTS, type Requirement } from './requirements.ts';

export const DOCUMENT = join(import.meta.dirname, '../../docs/protocol.md');

const MARK: Readonly<Record<How, string>> = { lossless: '✓', emulated: '≈', impossible: '✗' };
const cell = ([how, why]: readonly [How, string?]): string => (why ? `${MARK[how]} ${why}` : MARK[how]);
const escaped = (text: string): string => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function requirements(sides: Requirement['sides']): string {
  const rows = REQUIREMENTS.filter((it) => it.sides === sides);
  if (rows.length === 0) return 'None yet.';
  return table(
    ['', 'what', 'level', 'specification', 'proved by'],
    rows.map(({ id, text, level, section, proof }) => {
      const [file = '', name = ''] = proof.split(' :: ');
      return [`\`${id}\``, text, level, section.replace('.mdx#', ', '), `\`${file}\`: ${name}`];
    }),
  );
}

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

${requirements('client')}

### Towards servers

${requirements('upstream')}
`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT, render());
