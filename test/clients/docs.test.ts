/** docs/clients.md has the table of the clients; `HIVE_UPDATE_GOLDEN=1` writes it anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import type { Client, Machine } from '../../src/clients/data/client.ts';
import { entryFor } from '../../src/clients/dialects.ts';
import { userPaths } from '../../src/clients/paths.ts';

const PATH = join(import.meta.dirname, '../../docs/clients.md');
const MACHINE: Machine = { platform: 'linux', home: '~', env: {} };

const code = (text: string): string => `\`${text}\``;

function row(client: Client): string {
  const { id, title, key, override, project = [], stdioOnly, maxTools, maxNameLength, byHand } = client;
  const entry = entryFor(client, { kind: 'http', url: 'URL' }, 'hive');
  const limits = [maxTools && `${maxTools} tools`, maxNameLength && `names of ${maxNameLength}`].filter(
    Boolean,
  );
  const cells = [
    title,
    code(id),
    byHand ??
      userPaths(client, MACHINE).map(code).join(', ') +
        (override ? `, ${code(`$${override.variable}`)}` : ''),
    project.map(code).join(', ') || '–',
    code(key.join(' → ')),
    stdioOnly ? 'none' : code(Object.keys(entry).join(', ')),
    limits.join(', ') || '–',
    client.rereads ? 'at once' : client.reload,
  ];
  return `| ${cells.join(' | ')} |`;
}

test('docs/clients.md must have every client as the data has it', () => {
  const head = ['client', 'name', 'file', 'in a project', 'key', 'HTTP', 'limits', 'takes effect'];
  const table = [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...CLIENTS.map(row)].join('\n');
  const text = readFileSync(PATH, 'utf8');
  const next = text.replace(
    /(<!-- clients -->\n)[\s\S]*(<!-- \/clients -->)/,
    (_, from, to) => `${from}${table}\n${to}`,
  );
  if (process.env.HIVE_UPDATE_GOLDEN) writeFileSync(PATH, next);
  assert.equal(readFileSync(PATH, 'utf8'), next);
});

test('the README must say how many clients there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  assert.ok(readme.includes(`Hive knows ${CLIENTS.length} clients`));
});
