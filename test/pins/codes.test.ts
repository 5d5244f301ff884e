/** Pins error codes and exit codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODES } from '../../src/errors.ts';

/** Scripts depend on these: a literal here, never a value imported from src. */
const PINNED = {
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
  SERVER_MIRRORS: 1,
  SERVER_REFUSED: 1,
  SERVER_UNREACHABLE: 1,
  SERVER_UNKNOWN: 1,
  ROLE_TOO_LOW: 1,
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
};

test('error codes and the exit codes they stand for never change', () => {
  assert.deepEqual(CODES, PINNED);
});
