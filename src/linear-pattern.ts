/** Regular expressions that people type: matched in time linear in the text, whatever the pattern. */
import { setFlagsFromString } from 'node:v8';
import { GatewayError } from './errors.ts';

/** A longer pattern is a mistake, and repetitions in it would fill memory. */
const MAX_CHARACTERS = 500;

/**
 * Compiles the pattern for V8's engine without backtracking, which knows no lookaround and no references.
 * @throws GatewayError USAGE
 */
export function linearPattern(pattern: string): RegExp {
  refuseLong(pattern);
  try {
    setFlagsFromString('--enable-experimental-regexp-engine');
    return new RegExp(pattern, 'l');
  } catch (cause) {
    throw unusablePattern(pattern, cause);
  }
}

/** @throws GatewayError USAGE */
export function refuseLong(pattern: string): void {
  if (pattern.length > MAX_CHARACTERS)
    throw new GatewayError('USAGE', `the pattern is longer than ${MAX_CHARACTERS} characters`);
}

/** The error for a pattern that is none, or needs backtracking. @param cause what V8 has thrown */
export function unusablePattern(pattern: string, cause: unknown): GatewayError {
  const { message } = cause as Error;
  const why = message.slice(message.lastIndexOf(': ') + 2);
  return new GatewayError(
    'USAGE',
    `not a pattern that can be searched for: ${pattern} (${why.toLowerCase()})`,
    {
      hint: 'write a regular expression without lookaround and references: --grep "error|timed out"',
      cause,
    },
  );
}
