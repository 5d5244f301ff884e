/**
 * Writes a Compose document as text: sorted keys, stable quoting, a blank line between services, a header.
 */
import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { Document, isMap, isPair, isScalar, type Scalar, visit } from 'yaml';
import type { ComposeDocument } from '../model/compiled.ts';
import { shellWord } from '../model/text/commands.ts';
import { oneLine } from '../model/text/visible.ts';

const MARK = '# Written by Hive from ';

/** Text of the compiled file. `from` is the config file's path relative to the compiled one. */
export function renderCompose(document: ComposeDocument, from: string): string {
  const body = renderBody(document);
  return `${headerOf(body, from)}\n\n${body}`;
}

function headerOf(body: string, from: string): string {
  const digest = createHash('sha256').update(body).digest('hex');
  return [
    `${MARK}${oneLine(from)}: do not edit, change that file instead.`,
    `# To write it again: npx hive compile -c ${shellWord(from)}`,
    `# sha256 of what follows the empty line: ${digest}`,
  ].join('\n');
}

/** True for the text of a file at `path` that was written for this config, and not changed since. */
export function isCompiledFrom(text: string, path: string, configFile: string): boolean {
  const end = text.indexOf('\n\n');
  const from = fromIn(text);
  if (end === -1 || from === undefined || resolve(dirname(path), from) !== configFile) return false;
  return text.slice(0, end) === headerOf(text.slice(end + 2), from);
}

/** Absolute path of the config that a file at `path` was written for; undefined if it is not Hive's. */
export function sourceOf(text: string, path: string): string | undefined {
  const from = fromIn(text);
  return from === undefined ? undefined : resolve(dirname(path), from);
}

const fromIn = (text: string): string | undefined =>
  /^# Written by Hive from (.*): do not edit/.exec(text)?.[1];

/** True if an existing file was written by `renderCompose` and may be replaced. */
export function compiledIsOurs(text: string): boolean {
  return text.startsWith(MARK);
}

function renderBody({ name, services, networks, volumes, secrets }: ComposeDocument): string {
  const parts = [{ name }, { services }, { networks }, { volumes }, { secrets }];
  return parts.flatMap(renderPart).join('\n');
}

function renderPart(part: Readonly<Record<string, unknown>>): string[] {
  const [[, value] = []] = Object.entries(part);
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (value === undefined || (isEmpty && !('services' in part))) return [];
  const document = new Document(part, {
    sortMapEntries: true,
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
  });
  if ('services' in part) separateEntries(document.get('services'));
  visit(document, { Scalar: quoteInvisible });
  // The Compose parser misreads block scalars with a leading tab.
  return [document.toString({ lineWidth: 0, blockQuote: false }).replace(INVISIBLE, escaped)];
}

/** Characters that the Compose parser drops or takes for line breaks, and those that no reader would see. */
const INVISIBLE =
  /[\u007f-\u00a0\ud800-\udfff\p{Cf}\p{Zl}\p{Zp}[\p{Default_Ignorable_Code_Point}--[\ufe0e\ufe0f]]]/gv;

function quoteInvisible(_key: unknown, node: Scalar): void {
  if (typeof node.value === 'string' && node.value.search(INVISIBLE) !== -1) node.type = 'QUOTE_DOUBLE';
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

function separateEntries(map: unknown): void {
  if (!isMap(map)) return;
  for (const pair of map.items.slice(1)) if (isPair(pair) && isScalar(pair.key)) pair.key.spaceBefore = true;
}
