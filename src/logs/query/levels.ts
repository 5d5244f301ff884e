/** Levels of log lines: their words, and the level that a line names in one of the usual formats. */
import { LEVELS, type LogLevel } from '../../model/watch/log-search.ts';

/** Words of other systems for the levels of MCP. */
const WORDS: Readonly<Record<string, LogLevel>> = {
  ...Object.fromEntries(LEVELS.map((level) => [level, level])),
  verbose: 'debug',
  dbg: 'debug',
  information: 'info',
  inf: 'info',
  warn: 'warning',
  wrn: 'warning',
  err: 'error',
  severe: 'error',
  crit: 'critical',
  fatal: 'critical',
  panic: 'emergency',
  emerg: 'emergency',
};

/** Rank of a level: 1 for `trace`; 0 for a word that is none. */
export function rankOfWord(word: string): number {
  const key = word.toLowerCase();
  const level = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  return level === undefined ? 0 : LEVELS.indexOf(level) + 1;
}

/** The level of a rank; undefined for 0. */
export const levelOfRank = (rank: number): LogLevel | undefined => LEVELS[rank - 1];

const WORD = Object.keys(WORDS)
  .sort((a, b) => b.length - a.length)
  .join('|');

/** Longest beginning of a line in which a level is looked for. */
const HEAD = 200;

/** Members of JSON lines, of pino and bunyan with numbers. */
const JSON_LEVEL = /"(?:level|severity|lvl|log\.level|levelname|@l)"\s*:\s*(?:"([A-Za-z]+)"|(\d{1,2}))/;
const LOGFMT = new RegExp(`(?:^|\\s)(?:level|lvl|severity)=["']?(${WORD})\\b`, 'i');
/** `[ERROR]`, `<warn>`, `| INFO |`, `ERROR:root:`, `error:`, `06:00:00,123 - name - WARNING - text`. */
const MARKED = new RegExp(
  `[[<(|]\\s*(${WORD})\\s*[\\])>|:]|(?:^|\\s)(${WORD})!?:|(?:\\s-\\s|\\s)(${WORD})\\s+-\\s`,
  'i',
);
/** A capital word after a time, or at the beginning: `06:00:00 INFO started`, `WARN something`. */
const CAPITAL = new RegExp(
  `^(?:[\\dTZ:.,+/ -]{8,40}\\s+(?:\\S+\\s+)?)?(${WORD.toUpperCase()})(?=[\\s:\\]]|$)`,
);

/** Rank of the level that a line names, 0 for none. */
export function rankIn(text: string): number {
  const head = text.length > HEAD ? text.slice(0, HEAD) : text;
  if (text.startsWith('{')) return rankInJson(text);
  const found = LOGFMT.exec(head)?.[1] ?? CAPITAL.exec(head)?.[1] ?? markedIn(head);
  return found === undefined ? 0 : rankOfWord(found);
}

function markedIn(head: string): string | undefined {
  const found = MARKED.exec(head);
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

/** Not parsed: a line of 4 kB would cost more than its place in an index. */
function rankInJson(text: string): number {
  const [, word, number] = JSON_LEVEL.exec(text) ?? [];
  if (word !== undefined) return rankOfWord(word);
  return number === undefined ? 0 : rankOfNumber(Number(number));
}

/** Numbers of pino and bunyan: 10 trace … 60 fatal. Those of syslog are below 8, and count the other way. */
function rankOfNumber(number: number): number {
  const SYSLOG = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
  const PINO = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
  const word = number < 8 ? SYSLOG[number] : PINO[Math.min(PINO.length, Math.floor(number / 10)) - 1];
  return word === undefined ? 0 : rankOfWord(word);
}
