/** The causes for which calls may fail, and how many. A call that fails for any other cause fails the run. */
import { RPC } from '../../src/wire/codes.ts';
import type { Weather } from './ledger.ts';

interface Cause {
  /** Code of the error, if it has one that tells it apart. */
  readonly code?: number;
  readonly pattern?: RegExp;
  /** Largest share of all calls in storms. */
  readonly storm: number;
  /** Largest share while nothing is killed; absent for none at all. A busy machine is the only excuse. */
  readonly gentle?: number;
  /** Says nothing about the server. */
  readonly isOfGateway?: boolean;
}

/** By name. The first that fits counts. */
const CAUSES: Readonly<Record<string, Cause>> = {
  'the connection to the gateway broke': {
    pattern:
      /^fetch failed|^terminated|other side closed|hive stdio has ended|^the gateway (cannot be|has|was)/,
    storm: 0.6,
    isOfGateway: true,
  },
  'the session is over': {
    code: RPC.SESSION_NOT_FOUND,
    pattern: /^HTTP 404|session with the gateway is over/,
    storm: 0.1,
    isOfGateway: true,
  },
  'the gateway is shutting down': { pattern: /shutting down/, storm: 0.1, isOfGateway: true },
  'the server does not serve': { code: RPC.NOT_SERVING, storm: 0.3 },
  'the server is gone': { code: RPC.SERVER_GONE, storm: 0.2 },
  'the server did not answer in time': { code: RPC.CALL_TIMEOUT, storm: 0.2, gentle: 0.01 },
  'the server asked, and got no answer': {
    code: RPC.ASK_FAILED,
    pattern: /^the question failed/,
    storm: 0.05,
  },
  'the tools of the server are not known yet': {
    pattern: /^(Unknown tool|Resource not found): \S+ \(server \w+ is /,
    storm: 0.4,
  },
  'the server was taken out': { pattern: /^(Unknown tool|Resource not found)/, storm: 0.1 },
  'the task ended with its server': {
    pattern: /^(Task not found|Unknown task|there is no task)/,
    storm: 0.05,
  },
  'no update of a followed resource came': {
    pattern: /^no update of a followed resource/,
    storm: 0.05,
    gentle: 0.01,
  },
};

/** The largest share of all calls that may fail for that cause; 0 for a cause that is not allowed. */
export const mostOf = (cause: string, weather: Weather): number => CAUSES[cause]?.[weather] ?? 0;

export const isOfGateway = (cause: string): boolean => CAUSES[cause]?.isOfGateway === true;

/** The error in words, as an example of its cause. */
export const textOf = ({ message, cause }: Error): string =>
  (cause instanceof Error ? `${message}: ${cause.message}` : message).slice(0, 400);

/** The name of the error's cause; an unknown one begins with `unknown: `. */
export function causeOf(error: unknown): string {
  const { code } = error as Error & { readonly code?: number };
  const text = textOf(error as Error);
  const fits = (it: Cause): boolean =>
    (code !== undefined && it.code === code) || it.pattern?.test(text) === true;
  const known = Object.entries(CAUSES).find(([, it]) => fits(it));
  return known?.[0] ?? `unknown: ${code ?? ''} ${text.replace(/\d+/g, 'N').slice(0, 200)}`;
}
