/** The largest sizes of the files that Hive reads: docs and errors name them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as limits from '../../src/files/limits.ts';

const MIB: Readonly<Record<string, number>> = {
  MAX_CONFIG_BYTES: 1,
  MAX_ENV_BYTES: 1,
  MAX_DOCKERFILE_BYTES: 1,
  MAX_SECRET_BYTES: 1,
  MAX_CLIENT_BYTES: 64,
  MAX_COMPOSE_BYTES: 64,
  MAX_STATE_BYTES: 16,
  MAX_PROC_BYTES: 64,
  MAX_SYSTEM_BYTES: 4,
};

for (const [name, mib] of Object.entries(MIB))
  test(`${name} must be ${mib} MiB`, () => {
    assert.equal(Reflect.get(limits, name), mib * 1024 * 1024);
  });
