/** Texts of Hive with its commands as this user can type them here. */
import { ConfigError } from '../../config/source/diagnostics.ts';
import { GatewayError } from '../../errors.ts';
import type { GatewayStatus, ServerStatus } from '../../model/status.ts';
import { asTyped, type Typing } from '../../model/text/commands.ts';
import { fileInHints } from './stack-file.ts';

/** Changes the commands in a text. */
export type Typed = (text: string) => string;

/** Variable in which bin/hive.mjs leaves how it was called. */
const CALLED_AS = 'HIVE_COMMAND';

/** @param config the file of `-c`, if one was named */
export function typingFor(config: string | undefined): Typing {
  return { command: process.env[CALLED_AS] ?? 'npx hive', file: fileInHints(config) };
}

/** @param config the file of `-c`, if one was named */
export function typedFor(config: string | undefined): Typed {
  const typing = typingFor(config);
  return (text) => asTyped(text, typing);
}

export function typedError(error: GatewayError, typed: Typed): GatewayError {
  const hint = error.hint && typed(error.hint);
  if (!(error instanceof ConfigError))
    return new GatewayError(error.code, error.message, { hint, place: error.place, cause: error.cause });
  const problems = error.problems.map((problem) => ({ ...problem, hint: typed(problem.hint) }));
  return error.withProblems(problems);
}

export function typedStatus(status: GatewayStatus, typed: Typed): GatewayStatus {
  return {
    ...status,
    servers: status.servers.map((server) => ({ ...typedReasons(server, typed), ...withLogs(server, typed) })),
    troubles: (status.troubles ?? []).map((trouble) => typedReasons(trouble, typed)),
    ignored: status.ignored.map((it) => ({ ...it, reason: typed(it.reason) })),
    ...(status.pendingRestart === undefined ? {} : { pendingRestart: typed(status.pendingRestart) }),
  };
}

/** Why a server offers nothing, and the command that shows more of its output, of which that is a part. */
function withLogs({ serverName, whyNothing }: ServerStatus, typed: Typed): Partial<ServerStatus> {
  if (!whyNothing?.startsWith('it wrote')) return {};
  return { whyNothing: `${whyNothing}; more: ${typed(`npx hive logs ${serverName}`)}` };
}

function typedReasons<T extends Partial<Pick<ServerStatus, 'detail' | 'reason' | 'hint'>>>(
  it: T,
  typed: Typed,
): T {
  const change = (key: 'detail' | 'reason' | 'hint') =>
    it[key] === undefined ? {} : { [key]: typed(it[key]) };
  return { ...it, ...change('detail'), ...change('reason'), ...change('hint') };
}
