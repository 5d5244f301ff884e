/** Bounds the steps that an engine which backtracks may need for a regular expression. */

/** Ways to match from one place of a line of L characters: `factor` times L to the power of `degree`. */
export interface Ways {
  readonly factor: number;
  readonly degree: number;
}

const ONE: Ways = { factor: 1, degree: 0 };
const UNBOUNDED: Ways = { factor: Number.POSITIVE_INFINITY, degree: 0 };

interface Reading {
  readonly source: string;
  at: number;
}

/** An upper bound; infinite for what is not understood, and for a choice that is repeated. */
export function waysOf(source: string): Ways {
  const reading: Reading = { source, at: 0 };
  const ways = alternatives(reading);
  return reading.at === source.length ? ways : UNBOUNDED;
}

/** Steps for a line of this length: it may match from each of its places. */
export const stepsFor = ({ factor, degree }: Ways, length: number): number =>
  factor * (length + 1) ** (degree + 1);

const sum = (a: Ways, b: Ways): Ways => ({
  factor: a.factor + b.factor,
  degree: Math.max(a.degree, b.degree),
});
const product = (a: Ways, b: Ways): Ways => ({ factor: a.factor * b.factor, degree: a.degree + b.degree });

/** Reads up to the end or a closing bracket. */
function alternatives(reading: Reading): Ways {
  let ways = sequence(reading);
  while (reading.source[reading.at] === '|') {
    reading.at += 1;
    ways = sum(ways, sequence(reading));
  }
  return ways;
}

function sequence(reading: Reading): Ways {
  let ways = ONE;
  for (;;) {
    const next = reading.source[reading.at];
    if (next === undefined || next === '|' || next === ')') return ways;
    ways = product(ways, repeated(atom(reading), reading));
  }
}

/** Reads a literal, a class or a group. */
function atom(reading: Reading): Ways {
  const { source } = reading;
  const first = source[reading.at];
  reading.at += 1;
  if (first === '\\') return escapeAt(reading);
  if (first === '[') skipClass(reading);
  if (first !== '(') return ONE;
  if (source.startsWith('?:', reading.at)) reading.at += 2;
  else if (source[reading.at] === '?') return UNBOUNDED;
  const ways = alternatives(reading);
  if (source[reading.at] !== ')') return UNBOUNDED;
  reading.at += 1;
  return ways;
}

/** References to groups count as not understood. */
function escapeAt(reading: Reading): Ways {
  const escaped = reading.source[reading.at] ?? '';
  reading.at += 1;
  return /[1-9k]/.test(escaped) ? UNBOUNDED : ONE;
}

function skipClass(reading: Reading): void {
  const { source } = reading;
  while (reading.at < source.length && source[reading.at] !== ']')
    reading.at += source[reading.at] === '\\' ? 2 : 1;
  reading.at += 1;
}

/** Reads the quantifier, if there is one. */
function repeated(ways: Ways, reading: Reading): Ways {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reading.source.slice(reading.at, reading.at + 20));
  if (!found) return ways;
  reading.at += found[0].length;
  const [text, from = '0', comma = '', to = ''] = found;
  if (text.startsWith('?')) return sum(ways, ONE);
  const isOne = ways.factor === 1 && ways.degree === 0;
  if (text.startsWith('{') && comma === '') return isOne ? ONE : power(ways, Number(from));
  if (!isOne) return UNBOUNDED;
  return to === ''
    ? { factor: 1, degree: 1 }
    : { factor: Math.max(1, Number(to) - Number(from) + 1), degree: 0 };
}

const power = ({ factor, degree }: Ways, times: number): Ways => ({
  factor: factor ** times,
  degree: degree * times,
});
