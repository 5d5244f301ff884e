/** Repeated attempts in a log, shown once. */
import type { LogEntry } from '../../model/status.ts';

/** Output of one attempt, up to the gateway's note that ends it. */
interface Attempt {
  readonly entries: readonly LogEntry[];
  readonly key: string;
  readonly times: number;
}

/** Start of the server's output in a note of the gateway; the same lines stand before the note in the log. */
const QUOTE = /\n(?:(?:last )?lines of stderr|printed on stdout):\n[\s\S]*$/;

/** Drops from a text of the gateway the server's output that it quotes. */
export const withoutQuote = (text: string): string => text.replace(QUOTE, '');

/**
 * Keeps the last of several equal attempts in a row, and adds their number to its note. Notes lose the output
 * that they quote.
 */
export function foldAttempts(entries: readonly LogEntry[]): readonly LogEntry[] {
  const kept: Attempt[] = [];
  for (const attempt of attemptsIn(entries)) {
    const last = kept.at(-1);
    const isSame = last?.key === attempt.key;
    if (isSame) kept.pop();
    kept.push(isSame ? { ...attempt, times: last.times + 1 } : attempt);
  }
  return kept.flatMap(({ entries, times }) => entries.map((entry) => withTimes(entry, times)));
}

function withTimes(entry: LogEntry, times: number): LogEntry {
  if (entry.stream !== 'hive') return entry;
  const text = withoutQuote(entry.text);
  return { ...entry, text: times === 1 ? text : `${text} (${times} attempts, each with this output)` };
}

function attemptsIn(entries: readonly LogEntry[]): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let from = 0;
  const end = (to: number): void => {
    const part = entries.slice(from, to);
    const key = JSON.stringify(part.map(({ stream, text }) => [stream, text]));
    if (part.length > 0) attempts.push({ entries: part, key, times: 1 });
    from = to;
  };
  for (const [index, { stream }] of entries.entries()) if (stream === 'hive') end(index + 1);
  end(entries.length);
  return attempts;
}
