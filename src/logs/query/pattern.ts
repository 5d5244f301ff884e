/** Patterns in queries of logs: no pattern and no line keeps a thread for long. */
import { linearPattern, refuseLong, unusablePattern } from '../../linear-pattern.ts';
import { stepsFor, waysOf } from './pattern-cost.ts';

/** Steps of V8's usual engine for one line: some milliseconds. */
const MAX_STEPS = 2_000_000;
/** A longer line is cut before it is kept. */
const MAX_LINE = 4_200;

export interface Pattern {
  test(text: string): boolean;
}

/**
 * Compiles a pattern. Where few steps suffice whatever the line holds, V8's usual engine matches it, which is
 * twenty times as fast; elsewhere the engine without backtracking, which takes time linear in the text.
 * @throws GatewayError USAGE
 */
export function searchPattern(source: string, ignoresCase: boolean): Pattern {
  refuseLong(source);
  const ways = waysOf(source);
  const isCheap = (length: number): boolean => stepsFor(ways, length) <= MAX_STEPS;
  const linear = isCheap(MAX_LINE) ? undefined : withoutBacktracking(source, ignoresCase);
  const usual = usualPattern(source, ignoresCase);
  return { test: (text) => (linear && !isCheap(text.length) ? linear : usual).test(text) };
}

/** @throws GatewayError USAGE */
function usualPattern(source: string, ignoresCase: boolean): RegExp {
  try {
    return new RegExp(source, ignoresCase ? 'i' : '');
  } catch (cause) {
    throw unusablePattern(source, cause);
  }
}

/** This engine knows no flag i. @throws GatewayError USAGE */
function withoutBacktracking(source: string, ignoresCase: boolean): Pattern {
  if (!ignoresCase) return linearPattern(source);
  const lower = linearPattern(withoutCapitals(source));
  return { test: (text) => lower.test(text.toLowerCase()) };
}

/** Escapes such as `\\S` stay. */
const withoutCapitals = (source: string): string =>
  source.replace(/\\[\s\S]|\p{Lu}/gu, (part) => (part.startsWith('\\') ? part : part.toLowerCase()));
