/** The last lines of a server's output, for an error to quote. */
import { Ring } from '../../../model/collections/ring.ts';

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

  function keep(raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    onLine(line);
    const short = line.slice(0, MAX_LINE_CHARACTERS);
    if (short.trim() !== '') kept.push(short);
  }

  return {
    push(text) {
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      for (const line of lines) keep(line);
      if (open.length < MAX_CHARACTERS) return;
      keep(open);
      open = '';
    },
    flush() {
      if (open) keep(open);
      open = '';
    },
    lines: () => kept.after(0),
  };
}
