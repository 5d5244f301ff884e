/** The last lines of a server's output, for an error to quote. */

import { Ring } from '../../../model/collections/ring.ts';
import { CUT, cutEnd } from '../../../model/text/cut.ts';

const MAX_LINES = 20;
const MAX_CHARACTERS = 8 * 1024;
const MAX_LINE_CHARACTERS = 1_000;

export interface Tail {
  /** Takes text in pieces of any size. */
  push(text: string): void;
  /** Ends the last line, which has no line break. */
  flush(): void;
  lines(): readonly string[];
}

/** @param onLine called with each line once it is complete, without its line break */
export function createTail(onLine: (line: string) => void): Tail {
  // Lines come by the million, and are asked for by the few.
  const kept = new Ring<string>({
    maxItems: MAX_LINES,
    maxBytes: MAX_CHARACTERS,
    bytesOf: ({ length }) => length,
  });
  let open = '';
  /** The beginning of the open line has been kept as a line of its own. */
  let isRest = false;

  function keep(raw: string, isCut = false): void {
    const piece = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const line = `${isRest ? CUT : ''}${piece}${isCut ? CUT : ''}`;
    const isOver = isRest && piece === '';
    isRest = isCut;
    if (isOver) return;
    onLine(line);
    const short = cutEnd(line, MAX_LINE_CHARACTERS - CUT.length);
    if (short.trim() !== '') kept.push(short);
  }

  return {
    push(text) {
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      for (const line of lines) keep(line);
      if (open.length < MAX_CHARACTERS) return;
      keep(open, true);
      open = '';
    },
    flush() {
      if (open) keep(open);
      open = '';
    },
    lines: () => kept.after(0),
  };
}
