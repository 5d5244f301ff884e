/**
 * The table as Markdown, for CONTRIBUTING.md. Run it to update that file: node test/helpers/architecture/render.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row, Table } from './row.ts';
import { TABLE } from './table.ts';
import { areaOf } from './tree.ts';

export const DOCUMENT = join(import.meta.dirname, '../../../CONTRIBUTING.md');

/** CONTRIBUTING.md with its generated parts as the table has them; the rest as it is. */
export function render(document: string, table: Table): string {
  const parts = { folders: folders(table), imports: imports(table), floors: floors(table) };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(text)) throw new Error(`CONTRIBUTING.md has no part <!-- ${name} -->`);
    return text.replace(place, (_, start, end) => `${start}${part}\n${end}`);
  }, document);
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** A row for each folder and root file. Files below the root have rows only for what they may more than their folder. */
function folders(table: Table): string {
  const rows = Object.entries(table).filter(([name]) => !isInnerFile(name));
  const lines = rows.map(([name, { what }]) => line([`\`${name}${name.endsWith('.ts') ? '' : '/'}\``, what]));
  return [line(['in `src/`', 'what']), line(['---', '---']), ...lines].join('\n');
}

const isInnerFile = (name: string): boolean => name.includes('/') && name.endsWith('.ts');

/** A row for each first-level folder and root file, with the permissions of its sub-folders. */
function imports(table: Table): string {
  const areas = Object.keys(table).filter((name) => !name.includes('/'));
  const head = ['in `src/`', 'may import', 'packages and modules of Node'];
  const lines = areas.map((area) => {
    const rows = Object.entries(table).filter(([name]) => areaOf(name) === area);
    return line([`\`${area}\``, permits(rows, ({ may }) => may), permits(rows, ({ modules }) => modules)]);
  });
  return [line(head), line(['---', '---', '---']), ...lines].join('\n');
}

/** Permissions of the area first, then those that only some of its sub-folders or files have. */
function permits(rows: readonly [string, Row][], of: (row: Row) => readonly string[] | undefined): string {
  const granted = rows.flatMap(([name, row]) => {
    const names = of(row);
    return names ? [{ names: code(names), place: name.split('/').slice(1).join('/') }] : [];
  });
  const parts = [...Map.groupBy(granted, ({ names }) => names)].map(([names, places]) =>
    places.some(({ place }) => place === '')
      ? names
      : `${names} in ${code(places.map(({ place }) => place))}`,
  );
  return parts.join('; ') || '–';
}

function floors(table: Table): string {
  const rows = Object.entries(table).flatMap(([name, row]) =>
    row.floors && row.floors.flat().length > 1 ? [{ name, floors: row.floors }] : [],
  );
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const lines = rows.map(
    ({ name, floors: order }) =>
      `${name.padEnd(width)}${order.map((floor) => [floor].flat().join(' | ')).join(' → ')}`,
  );
  return ['```', ...lines, '```'].join('\n');
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(DOCUMENT, render(readFileSync(DOCUMENT, 'utf8'), TABLE));
