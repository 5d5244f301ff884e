/** Takes stack frames out of a server's output: they fill a page, and do not say what to change. */

/** Frames, and lines that stand only around frames: of Node, Java, .NET, Ruby, Go, Rust and Python. */
const FRAME = [
  /^\s+at (?:async |new )?\S.*(?:[:(]|\bin \/|<anonymous>)/,
  /^\s*\.\.\. \d+ (?:more|lines matching)\b/,
  /^\s+from \S+:\d+:in /,
  /^\s+\/\S+\.go:\d+(?: \+0x[0-9a-f]+)?$/,
  /^goroutine \d+ \[/,
  /^\s+\d+: (?:0x[0-9a-f]+ - )?\S+::\S+/,
  /^[\s|+-]*(?:Exception Group )?Traceback \(most recent call last\):$/,
  /^[\s|]*\+-+ ?\d* ?-+$/,
  /^(?:The above exception was the direct cause|During handling of the above exception)/,
  /^node:internal\/\S+:\d+$/,
  /^Node\.js v\d/,
];

/** A frame of Python: the lines below it that are indented further are its source. */
const PYTHON_FRAME = /^[\s|]*File ".+", line \d+/;
const PYTHON_SOURCE = /^[\s|]{4,}\S/;

/** `FILE:LINE` above a line of source and a row of carets. */
const LOCATION = /^(?:file:\/\/|node:|\/|[A-Za-z]:\\)\S*:\d+$/;
const CARETS = /^[\s|]*~*\^[~^]*\s*$/;

/** Longer lines are no frames. Some of the patterns take the square of a line's length. */
const MAX_FRAME = 400;

export function withoutFrames(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let isInPython = false;
  for (const [index, line] of lines.entries()) {
    const isSource: boolean = isInPython && PYTHON_SOURCE.test(line);
    isInPython = PYTHON_FRAME.test(line) || isSource;
    if (isInPython || isFrame(line) || isMarked(lines, index)) continue;
    kept.push(line);
  }
  return kept;
}

const isFrame = (line: string): boolean =>
  line.length <= MAX_FRAME && FRAME.some((pattern) => pattern.test(line));

/** True for carets, for the line of source above them, and for the location above that. */
function isMarked(lines: readonly string[], index: number): boolean {
  const [line = '', next = '', afterNext = ''] = lines.slice(index, index + 3);
  if (CARETS.test(line)) return true;
  const before = lines[index - 1] ?? '';
  return (LOCATION.test(line) && CARETS.test(afterNext)) || (LOCATION.test(before) && CARETS.test(next));
}
