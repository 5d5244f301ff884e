/** Groups the lines of stack traces: the line that begins one, and those that continue it. */

/** A line of one server and stream, in order. */
export interface GroupLine {
  /** Unix milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Lines of one trace come at once. */
const MAX_PAUSE_MS = 1_000;
/** Lines of one group, in either direction from the line that was found. */
export const MAX_GROUP_LINES = 64;

/** Indented lines, frames of Java and JavaScript, and their causes. */
const CONTINUATION = /^(?:\s+\S|at \S|Caused by\b|\.{3} \d+ more\b)/;
const INDENTED = /^\s+\S/;
const TRACEBACK = /^(?:\S.*)?Traceback \(most recent call last\):/;
/** The line that ends a traceback of Python, and names the error. */
const RAISED = /^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)\b/;

/** First and last index of the group that the line belongs to. */
export function groupAt(lines: readonly GroupLine[], index: number): [first: number, last: number] {
  let first = index;
  while (first > 0 && index - first < MAX_GROUP_LINES && continues(lines, first)) first -= 1;
  let last = index;
  while (last + 1 < lines.length && last - index < MAX_GROUP_LINES && continues(lines, last + 1)) last += 1;
  return [first, last];
}

/** True if the line belongs to the one before it. */
function continues(lines: readonly GroupLine[], index: number): boolean {
  const [before, line] = [lines[index - 1], lines[index]];
  if (!before || !line || line.at - before.at > MAX_PAUSE_MS) return false;
  if (CONTINUATION.test(line.text)) return true;
  return RAISED.test(line.text) && INDENTED.test(before.text) && isTraceback(lines, index - 1);
}

/** True if the indented lines up to this one began with the first line of a traceback. */
function isTraceback(lines: readonly GroupLine[], index: number): boolean {
  let at = index;
  while (at > 0 && index - at < MAX_GROUP_LINES && INDENTED.test(lines[at]?.text ?? '')) at -= 1;
  return TRACEBACK.test(lines[at]?.text ?? '');
}
