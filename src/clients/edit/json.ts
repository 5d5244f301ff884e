/** Edits JSON with comments as text: every byte besides the entry stays as it is. */
import { EditFault } from './fault.ts';
import { type JsonMember, type JsonNode, type JsonObject, readJsonTree } from './json-tree.ts';
import { cut, indentAt, isFirstOnLine, isLastOnLine, lineEndOf, lineStart } from './lines.ts';

/** How a text is laid out. */
interface Style {
  readonly eol: string;
  /** One level of indentation. */
  readonly unit: string;
  /** True if the text is one line: what is inserted has no line ends then. */
  readonly isOneLine: boolean;
}

/** The text with a member behind the last one of the object at `path`, which is made if it is missing. */
export function insertJson(text: string, path: readonly string[], name: string, value: unknown): string {
  const root = readJsonTree(text);
  if (root === undefined) return newDocument(text, nested([...path, name], value));
  let object = asObject(root);
  for (const [index, key] of path.entries()) {
    const member = memberOf(object, key);
    if (member === undefined)
      return insertMember(
        text,
        object,
        key,
        nested([...path.slice(index + 1), name], value),
        styleOf(text, root),
      );
    object = asObject(member.value, key);
  }
  return insertMember(text, object, name, value, styleOf(text, root));
}

/** The text without this member. @throws EditFault if there is none */
export function removeJson(text: string, path: readonly string[], name: string): string {
  let node = readJsonTree(text);
  for (const key of path) node = node && memberOf(asObject(node), key)?.value;
  const object = node && asObject(node);
  const member = object && memberOf(object, name);
  if (object === undefined || member === undefined) throw new EditFault(`it has no entry ${name}`);
  return removeMember(text, object, member);
}

function asObject(node: JsonNode, key?: string): JsonObject {
  if (node.kind === 'object') return node;
  throw new EditFault(key === undefined ? 'it holds no JSON object' : `its "${key}" is no JSON object`);
}

const memberOf = (object: JsonObject, key: string): JsonMember | undefined =>
  object.members.findLast((member) => member.key === key);

/** An object for each key, one in the other, with the value in the last. */
function nested(keys: readonly string[], value: unknown): unknown {
  return keys.reduceRight((inner: unknown, key) => ({ [key]: inner }), value);
}

function newDocument(text: string, value: unknown): string {
  const eol = lineEndOf(text);
  const gap = text === '' || text.endsWith('\n') ? '' : eol;
  return `${text}${gap}${pretty(value, '  ', '', eol)}${eol}`;
}

function styleOf(text: string, root: JsonNode): Style {
  const first = root.kind === 'object' ? root.members[0] : undefined;
  const unit = first && isFirstOnLine(text, first.start) ? indentAt(text, first.start) : '';
  return {
    eol: lineEndOf(text),
    unit: unit || '  ',
    isOneLine: first !== undefined && !text.slice(root.start, root.end).includes('\n'),
  };
}

function insertMember(text: string, object: JsonObject, key: string, value: unknown, style: Style): string {
  const isOneLine = !text.slice(object.start, object.end).includes('\n');
  const isInline = isOneLine && (object.members.length > 0 || style.isOneLine);
  return isInline ? intoLine(text, object, key, value) : intoLines(text, object, key, value, style);
}

/** `{ "a": 1 }` stays on its line. */
function intoLine(text: string, { start, members }: JsonObject, key: string, value: unknown): string {
  const last = members.at(-1);
  const blank = last && /^"(?:[^"\\]|\\.)*"\s*:\s/.test(text.slice(last.start)) ? ' ' : '';
  const member = `${JSON.stringify(key)}:${blank}${JSON.stringify(value)}`;
  if (last === undefined) return cut(text, start + 1, start + 1, member);
  const { comma, end } = last;
  return comma === undefined
    ? cut(text, end, end, `,${blank}${member}`)
    : cut(text, comma + 1, comma + 1, `${blank}${member}`);
}

/** Behind the last member and the comments that follow it, on lines of its own. */
function intoLines(
  text: string,
  { start, end, members }: JsonObject,
  key: string,
  value: unknown,
  { eol, unit }: Style,
): string {
  const close = end - 1;
  const [first] = members;
  const last = members.at(-1);
  const base = indentAt(text, isFirstOnLine(text, close) ? close : start);
  const indent = first && isFirstOnLine(text, first.start) ? indentAt(text, first.start) : `${base}${unit}`;
  const at = start + 1 + text.slice(start + 1, close).trimEnd().length;
  const rest = text.slice(at, close).includes('\n') ? text.slice(at) : `${eol}${base}${text.slice(close)}`;
  const member = `${eol}${indent}${JSON.stringify(key)}: ${pretty(value, unit, indent, eol)}`;
  if (last === undefined || last.comma !== undefined) return `${text.slice(0, at)}${member}${rest}`;
  return `${text.slice(0, last.end)},${text.slice(last.end, at)}${member}${rest}`;
}

const pretty = (value: unknown, unit: string, indent: string, eol: string): string =>
  JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`);

function removeMember(text: string, { members }: JsonObject, member: JsonMember): string {
  const previous = members[members.indexOf(member) - 1];
  const { from, to } = extentOf(text, member, previous !== undefined);
  const without = cut(text, from, to);
  if (member.comma !== undefined || previous?.comma === undefined) return without;
  return cut(without, previous.comma, previous.comma + 1);
}

/** With its line if it has that for itself, else with the blanks around it. */
function extentOf(
  text: string,
  { start, end, comma }: JsonMember,
  hasPrevious: boolean,
): { from: number; to: number } {
  const to = comma === undefined ? end : comma + 1;
  if (isFirstOnLine(text, start) && isLastOnLine(text, to)) {
    const from = lineStart(text, start) - 1;
    return { from: Math.max(0, text[from - 1] === '\r' ? from - 1 : from), to };
  }
  if (hasPrevious) return { from: start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0), to };
  return { from: start, to: to + (/^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0) };
}
