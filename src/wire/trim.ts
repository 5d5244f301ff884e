/**
 * Removes decoration around a message on its line: BOM, CR, blanks, NUL, terminal colours. Only before and
 * after a message; its own bytes are never touched.
 */
const ESCAPE = 0x1b;
const BELL = 0x07;
const BLANK = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) BLANK[byte] = 1;

/** OSC sequences may hold long titles. A longer one is not decoration. */
const LONGEST_BYTES = 256;

export function trimStart(line: Buffer): Buffer {
  let start = 0;
  for (;;) {
    const length = decoration(line, start);
    if (length === 0) return start === 0 ? line : line.subarray(start);
    start += length;
  }
}

/** True for a line without anything visible. */
export const isBlank = (line: Buffer): boolean => trimStart(line).length === 0;

function decoration(line: Buffer, at: number): number {
  const byte = line[at];
  if (byte === undefined) return 0;
  if (BLANK[byte] === 1) return 1;
  if (byte === 0xef && line[at + 1] === 0xbb && line[at + 2] === 0xbf) return 3;
  return byte === ESCAPE ? sequence(line, at) : 0;
}

/** Length of the terminal control sequence at `at` (ECMA-48: CSI, OSC, or two bytes); 0 for anything else. */
function sequence(line: Buffer, at: number): number {
  const kind = line[at + 1];
  if (kind === 0x5b) return controlSequence(line, at);
  if (kind === 0x5d) return operatingSystemCommand(line, at);
  return within(kind, 0x40, 0x5f) ? 2 : 0;
}

function controlSequence(line: Buffer, at: number): number {
  let i = at + 2;
  while (within(line[i], 0x20, 0x3f)) i++;
  return within(line[i], 0x40, 0x7e) ? i + 1 - at : 0;
}

function operatingSystemCommand(line: Buffer, at: number): number {
  for (let i = at + 2; i < Math.min(line.length, at + LONGEST_BYTES); i++) {
    if (line[i] === BELL) return i + 1 - at;
    if (line[i] === ESCAPE) return line[i + 1] === 0x5c ? i + 2 - at : 0;
  }
  return 0;
}

const within = (byte: number | undefined, from: number, to: number): boolean =>
  byte !== undefined && byte >= from && byte <= to;
