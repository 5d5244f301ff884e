/**
 * The one place that prints. Whatever text arrives is made harmless here (../../model/text/visible.ts); only
 * colours that Hive adds itself reach the terminal as escapes.
 */
import { styleText } from 'node:util';
import { escapedJson, visible } from '../../model/text/visible.ts';

type Style = Parameters<typeof styleText>[0];

/** Clean text with colours. Made only here, so that its escapes are Hive's own. */
class PaintedText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Painted = PaintedText;
/** A plain string may come from anybody, and is cleaned. */
export type Printable = string | Painted;

/** Colours text, if the stream is a terminal that wants colours. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): Painted {
  return new PaintedText(styleText(style, visible(text), { stream }));
}

/** Joins texts, and keeps the colours of the painted ones. */
export function joined(...parts: readonly Printable[]): Painted {
  return new PaintedText(parts.map(rendered).join(''));
}

/** Joins lines, and keeps the colours of the painted ones. */
export function lines(parts: readonly Printable[]): Painted {
  return new PaintedText(parts.map(rendered).join('\n'));
}

/** Beginnings of lines that have a colour: of errors, of fixes, and of the steps of a plan. */
const COLOURED: readonly (readonly [begin: RegExp, style: Style])[] = [
  [/^error(?= [A-Z_]+:)/, 'red'],
  [/^ +fix:/, 'dim'],
  [/^\+ \w+/, 'green'],
  [/^- \w+/, 'red'],
  [/^~ \w+/, 'yellow'],
];

/** The same words, with the colours of errors and plans where the stream wants colours. */
export function paintedLines(text: string, stream: NodeJS.WriteStream = process.stdout): Painted {
  return lines(text.split('\n').map((line) => paintedLine(line, stream)));
}

function paintedLine(line: string, stream: NodeJS.WriteStream): Printable {
  for (const [begin, style] of COLOURED) {
    const [word] = begin.exec(line) ?? [];
    if (word !== undefined) return joined(paint(style, word, stream), line.slice(word.length));
  }
  return line;
}

/** The text as it may be written to a terminal. */
export function rendered(text: Printable): string {
  return text instanceof PaintedText ? text.text : visible(text);
}

/** Prints text and a line end on stdout. */
export function print(text: Printable): void {
  process.stdout.write(`${rendered(text)}\n`);
}

/** Prints text and a line end on stderr, errors and plans in their colours. */
export function printError(text: Printable): void {
  const shown = text instanceof PaintedText ? text : paintedLines(text, process.stderr);
  process.stderr.write(`${rendered(shown)}\n`);
}

/** Prints a value as JSON. Characters that a terminal would act on are escaped, which changes no value. */
export function printJson(value: unknown, indent?: number): void {
  process.stdout.write(`${escapedJson(JSON.stringify(value, null, indent))}\n`);
}

/** Writes an MCP message to stdout, where a program reads it: its bytes stay as they are. */
export function printMessage(bytes: Buffer): void {
  if (process.stdout.isTTY) process.stdout.write(`${escapedJson(bytes.toString())}\n`);
  else process.stdout.write(Buffer.concat([bytes, NEWLINE]));
}

const NEWLINE = Buffer.from('\n');

/** True if lines on stdout can be changed in place. */
export const canRedraw = (): boolean => process.stdout.isTTY && process.stdout.columns > 0;

/** A reader of the output has left, as `head` does, or a terminal that is closed. */
const READER_GONE = /^(?:EPIPE|EIO|ECONNRESET|ERR_STREAM_DESTROYED)$/;

/** Calls back when output cannot be written: with the error, or without one if only its reader has left. */
export function onOutputFailed(failed: (error?: Error) => void): void {
  const onError = (error: NodeJS.ErrnoException): void =>
    failed(READER_GONE.test(error.code ?? '') ? undefined : error);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onError);
}

/** Columns of the terminal on stdout; undefined if there is none, or it does not know its width. */
export const columns = (): number | undefined => columnsOf(process.stdout);

/** Terminals of programs such as `docker run -t` and serial lines have 0 columns. */
const columnsOf = ({ isTTY, columns: known }: NodeJS.WriteStream): number | undefined =>
  isTTY && known > 0 ? known : undefined;

/** Shows a line on a terminal until the next one, or until it is cleared. Prints nothing elsewhere. */
export function printTransient(text: string): void {
  if (!process.stderr.isTTY) return;
  const [line = ''] = visible(text).split('\n');
  process.stderr.write(`${CLEAR_LINE}${line.slice(0, (columnsOf(process.stderr) ?? USUAL_COLUMNS) - 1)}`);
}

export function clearTransient(): void {
  if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE);
}

const USUAL_COLUMNS = 80;
const CLEAR_LINE = '\r\x1b[K';

/** True if a person may read questions on stderr. */
export const canAsk = (): boolean => process.stderr.isTTY;

/** Where questions to a person are shown, so that stdout holds results alone. */
export const questionStream = (): NodeJS.WritableStream => process.stderr;
