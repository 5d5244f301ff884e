/** Finds the messages on one line of a server's output. */
import { type Envelope, elements, readObject } from './envelope.ts';
import { skipValue } from './json.ts';
import { messageKind } from './message.ts';
import { isBlank, trimStart } from './trim.ts';

export interface LineSink {
  message(bytes: Buffer, envelope: Envelope): void;
  noise(bytes: Buffer): void;
}

/**
 * Bounds the search for a message after a banner: braces that are tried as its beginning, and bytes that may
 * be read in all. A long line is always read once.
 */
const MAX_TRIES = 64;
const MAX_TRIED_BYTES = 1024 * 1024;

/** A line is read in one go, so it may not hold messages without end. Real servers write one, or very few. */
export const MAX_MESSAGES_PER_LINE = 100;

/**
 * Passes the messages on a line to the sink, and the rest as noise. A message begins the line, follows
 * another message, or ends the line after a banner that has no line break. JSON in the middle of text is
 * text.
 */
export function readLine(line: Buffer, sink: LineSink): void {
  const trimmed = trimStart(line);
  if (trimmed.length === 0 && line.length > 0 && !isLoneReturn(line)) sink.noise(line);
  const rest = readMessages(trimmed, sink);
  if (rest.length === 0) return;
  if (!readBatch(rest, sink) && !readGlued(rest, sink)) {
    sink.noise(rest === trimmed ? line : rest);
  }
}

/** An empty line that ends with CR LF is not noise. */
const isLoneReturn = (line: Buffer): boolean => line.length === 1 && line[0] === 0x0d;

/** True if `readLine` would find a message on the line. */
export function hasMessage(line: Buffer): boolean {
  let found = false;
  const message = (): void => {
    found = true;
  };
  readLine(line, { message, noise: () => {} });
  return found;
}

/** Takes messages from the front. Returns the rest of the line, which does not begin with a message. */
function readMessages(line: Buffer, sink: LineSink): Buffer {
  let rest = line;
  for (let count = 0; count < MAX_MESSAGES_PER_LINE; count++) {
    const read = readObject(rest, 0);
    if (!read || !messageKind(rest, read.envelope)) return rest;
    sink.message(read.end === rest.length ? rest : rest.subarray(0, read.end), read.envelope);
    rest = trimStart(rest.subarray(read.end));
  }
  return rest;
}

function readGlued(line: Buffer, sink: LineSink): boolean {
  let at = line.indexOf(0x7b, 1);
  let left = MAX_TRIED_BYTES;
  for (let tries = 0; at !== -1 && tries < MAX_TRIES && left > 0; tries++) {
    left -= line.length - at;
    const found = messagesToTheEnd(line.subarray(at));
    if (found) {
      sink.noise(line.subarray(0, at));
      for (const { bytes, envelope } of found) sink.message(bytes, envelope);
      return true;
    }
    at = line.indexOf(0x7b, at + 1);
  }
  return false;
}

function messagesToTheEnd(text: Buffer): { bytes: Buffer; envelope: Envelope }[] | undefined {
  const found: { bytes: Buffer; envelope: Envelope }[] = [];
  const message = (bytes: Buffer, envelope: Envelope): void => void found.push({ bytes, envelope });
  const rest = readMessages(text, { message, noise: () => {} });
  return rest.length === 0 ? found : undefined;
}

/** Reads a JSON-RPC batch, which some servers still send. False if the line is not a JSON array. */
function readBatch(line: Buffer, sink: LineSink): boolean {
  const last = line[0] === 0x5b ? skipValue(line, 0) : -1;
  if (last === -1 || !isBlank(line.subarray(last))) return false;
  const all = elements(line, { start: 0, end: last }, MAX_MESSAGES_PER_LINE + 1);
  const parts = all.map(({ start, end }) => line.subarray(start, end));
  if (parts.length > MAX_MESSAGES_PER_LINE) return noiseOf(line, sink);
  const reads = parts.map((bytes) => ({ bytes, read: readObject(bytes, 0) }));
  if (!reads.some(({ bytes, read }) => read && messageKind(bytes, read.envelope))) return noiseOf(line, sink);
  for (const { bytes, read } of reads) {
    if (read && messageKind(bytes, read.envelope)) sink.message(bytes, read.envelope);
    else sink.noise(bytes);
  }
  return true;
}

function noiseOf(line: Buffer, sink: LineSink): true {
  sink.noise(line);
  return true;
}
