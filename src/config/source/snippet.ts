/** A source line as it may be shown, with the place in it that is underlined. */
import { visible } from '../../model/text/visible.ts';
import { type Range, withoutSecretsAtEnd } from './hidden.ts';
import type { Mark } from './locate.ts';
import type { Source } from './source.ts';

/** Longer lines are cut around what is underlined. */
const MAX_SHOWN = 110;
/** Least number of characters of a cut line before what is underlined. */
const BEFORE = 40;

export interface Snippet {
  /** The line, or a part of it, with `…` for values that may be secret and for what is cut. */
  readonly text: string;
  /** Index in the text of what is underlined. */
  readonly start: number;
  /** Number of characters to underline; at least 1. */
  readonly length: number;
}

/** Text with a marked part. */
interface Parts {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

export function snippetOf(source: Source, mark: Mark): Snippet {
  const line = lineRange(source, mark.line);
  const start = Math.min(line[0] + mark.column - 1, line[1]);
  const marked: Range = [start, Math.min(start + mark.length, line[1])];
  const parts = source.data === undefined ? cutParts(source, line, marked) : shownParts(source, line, marked);
  return windowOf({
    before: visible(parts.before),
    marked: visible(parts.marked),
    after: visible(parts.after),
  });
}

/** Offsets of a line without its line break. */
function lineRange({ text, lines: { lineStarts } }: Source, line: number): Range {
  const start = lineStarts[line - 1] ?? 0;
  const next = lineStarts[line];
  const end = next === undefined ? text.length : next - 1;
  return [start, text[end - 1] === '\r' && end > start ? end - 1 : end];
}

/** Far from the mark nothing is shown, so nothing is read: the line may be the whole file. */
const MARGIN = 2 * MAX_SHOWN;

function shownParts(source: Source, [from, to]: Range, [start, end]: Range): Parts {
  const near = Math.min(end, start + MAX_SHOWN);
  return {
    before: shownText(source, [Math.max(from, start - MARGIN), start], 'before'),
    marked: shownText(source, [start, near], 'marked'),
    after: shownText(source, [near, Math.min(to, near + MARGIN)], 'after'),
  };
}

/** A hidden value that reaches into two parts has its `…` in the marked one. */
function shownText(source: Source, [from, to]: Range, part: keyof Parts): string {
  let shown = '';
  let at = from;
  for (const [start, end] of source.index.hiddenIn(from, to)) {
    shown += gap(source.text.slice(at, Math.max(at, start)));
    const isContinued = (part === 'before' && end > to) || (part === 'after' && start < from);
    if (!isContinued) shown += '…';
    at = Math.min(end, to);
  }
  return shown + gap(source.text.slice(at, to));
}

const COMMENT = /(?<=^|[\s,{}[\]])(?:#|\/\/|\/\*)/;

/** Text between hidden values, which may hold a comment. */
const gap = (text: string): string => {
  const comment = COMMENT.exec(text);
  if (!comment) return text;
  return text.slice(0, comment.index) + withoutSecretsAtEnd(text.slice(comment.index));
};

/** Of a file that cannot be parsed, the rest of a line after a key with a name like a secret is hidden. */
function cutParts({ text }: Source, [from, to]: Range, [start, end]: Range): Parts {
  const head = Math.max(from, start - MARGIN);
  const line = text.slice(head, Math.min(to, end + MARGIN));
  const shown = withoutSecretsAtEnd(line);
  const last = shown === line ? line.length : shown.length - 1;
  const at = Math.min(start - head, last);
  const until = Math.max(at + 1, Math.min(end - head, shown.length));
  return { before: shown.slice(0, at), marked: shown.slice(at, until), after: shown.slice(until) };
}

function windowOf({ before, marked, after }: Parts): Snippet {
  const whole = before + marked + after;
  if (whole.length <= MAX_SHOWN)
    return { text: whole, start: before.length, length: Math.max(1, marked.length) };
  const kept = Math.max(BEFORE, MAX_SHOWN - marked.length - after.length);
  const head = before.length > kept ? `…${tailOf(before, kept)}` : before;
  const room = MAX_SHOWN - head.length;
  const middle = marked.length > room ? `${headOf(marked, room)}…` : marked;
  const rest = room - middle.length;
  const tail = after.length > rest ? `${headOf(after, Math.max(0, rest))}…` : after;
  return { text: head + middle + tail, start: head.length, length: Math.max(1, middle.length) };
}

/** Neither begins or ends within a character of two units. */
const tailOf = (text: string, length: number): string => text.slice(-length).replace(/^[\udc00-\udfff]/, '');
const headOf = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
