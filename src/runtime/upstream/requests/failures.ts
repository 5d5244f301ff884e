/** Errors about a server that ended, stayed silent, or refused, and errors as replies. */

import { type Code, type ErrorFacts, GatewayError } from '../../../errors.ts';
import type { Reply } from '../../../model/calls.ts';
import { CUT, cutEnd } from '../../../model/text/cut.ts';
import { durationText } from '../../../model/text/duration.ts';
import type { Json } from '../../../model/text/json.ts';
import { oneLine } from '../../../model/text/visible.ts';
import { RPC } from '../../../wire/codes.ts';
import { errorObject } from '../../../wire/message.ts';
import { METHOD } from '../../../wire/methods.ts';
import type { ExitFacts, Link } from '../../links/link.ts';

/** Stands for lines that are left out. */
export const GAP = CUT;

/** The last output of a server, for errors to quote. */
export interface LastOutput {
  readonly stderr: readonly string[];
  readonly noise: readonly string[];
  /** The last note of the link or the connection. */
  readonly note?: string | undefined;
  /** What to change, as stderr says. */
  readonly advice?: Advice | undefined;
  /** Limit of the server's memory, in words. */
  readonly memoryLimit?: string | undefined;
}

/** A fix that the server's own words have shown. */
export interface Advice {
  readonly hint: string;
  /** True if another attempt will hardly help before a person has changed something. */
  readonly needsEdit?: boolean;
}

/** A predicate for the server: "exited with code 1", "was killed by SIGKILL", … */
export function describeExit(
  { exitCode, signal, oomKilled, message }: ExitFacts,
  memoryLimit?: string,
): string {
  if (oomKilled) {
    const limit = memoryLimit === undefined ? '' : `, at its limit of ${memoryLimit}`;
    return `was killed for using more memory than it may${limit} (exit code ${exitCode ?? 137})`;
  }
  if (signal) return `was killed by ${signal}`;
  if (exitCode === undefined) return `is gone: ${message ?? 'its connection was closed'}`;
  return `exited with code ${exitCode}${message ? ` (${message})` : ''}`;
}

/** For a server that ended by itself. `when` completes the sentence: "while waiting for initialize". */
export function exitError(
  serverName: string,
  facts: ExitFacts,
  output: LastOutput,
  when?: string,
  kind?: Link['kind'],
): GatewayError {
  const code = kind === 'http' && facts.exitCode === undefined ? 'SERVER_UNREACHABLE' : 'SERVER_EXITED';
  const what = `${serverName} ${describeExit(facts, output.memoryLimit)}${when ? ` ${when}` : ''}`;
  return new GatewayError(
    code,
    what + quote(output),
    fixOf(output, facts, exitHint(serverName, facts, kind)),
  );
}

/** The server's own words are the better hint, unless it was ended from outside. */
function fixOf({ advice }: LastOutput, facts: ExitFacts, hint: string): ErrorFacts {
  return advice && !wasKilled(facts) ? advice : { hint };
}

/** Another attempt helps then, whatever the server has complained of before. */
function wasKilled({ oomKilled, signal, exitCode }: ExitFacts): boolean {
  return oomKilled === true || KILLS.has(signal) || KILLED.has(exitCode);
}

const KILLS: ReadonlySet<string | undefined> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);
/** The same of a container, or of a process that a shell has started. */
const KILLED: ReadonlySet<number | undefined> = new Set([137, 143, 130, 129]);

function exitHint(serverName: string, facts: ExitFacts, kind: Link['kind'] | undefined): string {
  if (facts.oomKilled) return 'raise `memory` of this server';
  if (kind === 'http' && facts.exitCode === undefined) return 'check its URL, and that it runs';
  if (facts.exitCode === 127) return 'its command was not found: check `command` and `entrypoint`';
  if (facts.exitCode === 126) return 'its command is not executable: check `command` and `entrypoint`';
  return `check its command, arguments and variables; its whole output: npx hive logs ${serverName}`;
}

export function startTimeout(
  serverName: string,
  ms: number,
  step: string,
  output: LastOutput,
  kind?: Link['kind'],
): GatewayError {
  if (output.noise.length > 0 && step === METHOD.INITIALIZE) return garbageError(serverName, output);
  const note = output.note === undefined ? '' : `; ${output.note}`;
  const what = `${serverName} did not answer within ${durationText(ms)} (waiting for ${step}${note})`;
  const check =
    kind === 'http'
      ? 'check that it listens on the `port` and `path` declared, and not just on its own localhost'
      : 'check that its command speaks MCP over the transport declared';
  return new GatewayError('SERVER_TIMEOUT', what + quote(output), {
    hint: output.advice?.hint ?? `raise \`timeouts.start\` if it is just slow; ${check}`,
  });
}

export function garbageError(serverName: string, output: LastOutput): GatewayError {
  const what = `${serverName} prints something other than MCP messages`;
  return new GatewayError('SERVER_GARBAGE', what + quote(output), {
    hint: 'check that its command starts an MCP server in stdio mode',
  });
}

/** Codes with which a link answers in place of a server that it cannot reach, or that refuses everything. */
const FROM_LINK = new Set([
  'LOGIN_REQUIRED',
  'LOGIN_FAILED',
  'SERVER_UNREACHABLE',
  'SERVER_REFUSED',
  'SERVER_MIRRORS',
  'MESSAGE_TOO_LARGE',
]);

export function refusedError(serverName: string, what: string, error: Json): GatewayError {
  const { code, message, data } = (JSON.parse(error.toString()) ?? {}) as LinkError;
  if (code === RPC.SERVER_GONE && data?.code && FROM_LINK.has(data.code) && typeof message === 'string')
    return new GatewayError(data.code, `${serverName}: ${oneLine(message.replace(/; fix: .*$/s, ''))}`, {
      hint: typeof data.hint === 'string' ? data.hint : undefined,
    });
  return new GatewayError('SERVER_REFUSED', `${serverName} refused ${what}: ${errorMessage(error)}`, {
    hint: `its whole output: npx hive logs ${serverName}`,
  });
}

/** As links write it; servers may write anything. */
interface LinkError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: { readonly code?: Code; readonly hint?: unknown };
}

/** The `message` of a JSON-RPC error object, shortened and on one line. */
export function errorMessage(error: Json): string {
  const message = (JSON.parse(error.toString()) as { message?: unknown } | null)?.message;
  return typeof message === 'string' ? oneLine(cutEnd(message, 500)) : 'no reason given';
}

/** A `GatewayError` as the reply to a call. */
export function failure(code: number, error: GatewayError): Reply {
  const text = error.hint ? `${error.message}\nfix: ${error.hint}` : error.message;
  return { kind: 'error', json: errorObject(code, text, { code: error.code }) };
}

/** Lines of stdout to quote: enough to recognize the program. */
const MAX_NOISE_LINES = 5;

function quote({ stderr, noise }: LastOutput): string {
  const part = (title: string, lines: readonly string[]): string =>
    lines.length > 0 ? `\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}` : '';
  return (
    part(stderr.includes(GAP) ? 'lines of stderr' : 'last lines of stderr', stderr) +
    part('printed on stdout', noise.slice(-MAX_NOISE_LINES))
  );
}
