/** Errors that people see: stable codes, exit codes, and how an error is printed. */
import type { Place } from './model/desired.ts';
import { suggest } from './model/text/suggest.ts';

/**
 * Every error code, with the exit code of a command that fails with it: 1 failed, 2 bad usage or bad config,
 * 3 no usable engine. A code never changes its meaning; test/pins holds this table as literals.
 */
export const CODES = {
  USAGE: 2,
  CONFIG_NOT_FOUND: 2,
  CONFIG_INVALID: 2,
  VARIABLE_UNSET: 2,
  VALUE_INVALID: 2,
  ENGINE_MISSING: 3,
  ENGINE_UNREACHABLE: 3,
  ENGINE_REFUSED: 1,
  COMPOSE_MISSING: 3,
  BUILDX_MISSING: 3,
  INSTALL_FAILED: 3,
  BASE_IMAGE_MISSING: 1,
  IMAGE_NOT_FOUND: 1,
  BUILD_FAILED: 1,
  CREATE_FAILED: 1,
  START_FAILED: 1,
  SERVER_EXITED: 1,
  SERVER_TIMEOUT: 1,
  SERVER_GARBAGE: 1,
  SERVER_REFUSED: 1,
  SERVER_MIRRORS: 1,
  SERVER_UNREACHABLE: 1,
  SERVER_UNKNOWN: 1,
  SERVER_OFF: 1,
  ENTRY_UNKNOWN: 1,
  ENTRY_UNSUPPORTED: 1,
  ALREADY_ACTIVE: 1,
  NOT_ACTIVE: 1,
  NOT_ALLOWED: 1,
  PREFIX_TAKEN: 1,
  SECRET_IN_ARGUMENT: 1,
  TOOL_UNKNOWN: 1,
  SERVER_STOPPED: 1,
  NOT_MANAGED: 1,
  SERVER_DECLARED: 1,
  ADDED_FULL: 1,
  ROLE_TOO_LOW: 1,
  SERVER_EXISTS: 1,
  TEMPLATE_UNKNOWN: 1,
  LIMIT_REACHED: 1,
  LOGIN_REQUIRED: 1,
  LOGIN_FAILED: 1,
  MESSAGE_TOO_LARGE: 1,
  CLIENT_FAILED: 1,
  PORT_TAKEN: 1,
  STATE_FAILED: 1,
  SECRETS_FAILED: 1,
  SECRET_UNKNOWN: 1,
  STACK_TAKEN: 1,
  ALREADY_RUNNING: 1,
  NOT_RUNNING: 1,
  INTERNAL: 1,
} as const;

export type Code = keyof typeof CODES;

export interface ErrorFacts {
  /** The command to type, or the change to make, now. */
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  readonly cause?: unknown;
  /** True if another attempt will hardly help before a person has changed something. */
  readonly needsEdit?: boolean | undefined;
}

/** A failure as people read it: a stable code, what happened in their words, and how to fix it. */
export class GatewayError extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly place: Place | undefined;
  readonly needsEdit: boolean;

  constructor(code: Code, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.hint = facts.hint;
    this.place = facts.place;
    this.needsEdit = facts.needsEdit === true;
  }
}

/** The error for a name that no server has, with the one that was probably meant. */
export function unknownServer(serverName: string, known: readonly string[]): GatewayError {
  const meant = suggest(serverName, known);
  const near = meant === undefined ? '' : `did you mean ${meant}? `;
  return new GatewayError('SERVER_UNKNOWN', `there is no server ${serverName}`, {
    hint: `${near}known servers: ${known.join(', ') || 'none'}`,
  });
}

/** Any thrown value as a GatewayError. A value that is none already is a defect of Hive: code INTERNAL. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new GatewayError('INTERNAL', message, {
    hint: 'this is a defect in Hive: please report it',
    cause: thrown,
  });
}

/**
 * An error as printed: `error CODE: sentence`, then `at file:line`, then the fix, each on a line of its own.
 */
export function renderError(error: GatewayError): string {
  const at = error.place ? `\n  at ${error.place.path}:${error.place.line}` : '';
  const fix = error.hint ? `\n  fix: ${error.hint}` : '';
  return `error ${error.code}: ${error.message}${at}${fix}`;
}

/** Any thrown value, as printed. */
export const renderThrown = (thrown: unknown): string => renderError(toGatewayError(thrown));
