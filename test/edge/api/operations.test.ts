/** Operations over HTTP: the bound of their input. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { type OperationsApiDeps, runOperation } from '../../../src/edge/api/operations.ts';
import { BodyReader } from '../../../src/edge/http/body.ts';
import { GatewayError } from '../../../src/errors.ts';
import { callerOf } from '../../helpers/caller.ts';
import { FakeResponse } from '../http/fake-response.ts';

/** The status with which an operation is answered. @param run runs the operation */
async function statusOf(run: object, input = ''): Promise<number | undefined> {
  const deps = {
    operations: async () => ({ all: [], run }),
    bodies: new BodyReader(),
    callerOf: () => callerOf(),
  } as unknown as OperationsApiDeps;
  const request = Object.assign(new EventEmitter(), { headers: {} });
  const response = new FakeResponse();
  const done = runOperation(deps, request as unknown as IncomingMessage, response.asResponse, 'x');
  await new Promise(setImmediate);
  if (input !== '') request.emit('data', Buffer.from(input));
  request.emit('end');
  await done;
  return response.status;
}

test('the input of an operation must have 1 MiB, and no more', async () => {
  for (const [bytes, status] of [
    [2 ** 20, 200],
    [2 ** 20 + 1, 413],
  ] as const) {
    const inputs: unknown[] = [];
    const run = async (_name: string, input: unknown) => {
      inputs.push(input);
      return { output: {}, text: '' };
    };
    const answered = await statusOf(run, JSON.stringify({ a: 'x'.repeat(bytes - '{"a":""}'.length) }));
    assert.deepEqual([answered, inputs.length], [status, status === 200 ? 1 : 0]);
  }
});

for (const [code, status] of [
  ['USAGE', 400],
  ['SERVER_UNKNOWN', 404],
  ['CONFIG_INVALID', 409],
  ['MESSAGE_TOO_LARGE', 413],
  ['STATE_FAILED', 500],
] as const)
  test(`an operation that fails with ${code} must be answered with status ${status}`, async () => {
    const run = async () => {
      throw new GatewayError(code, 'it failed', {});
    };
    assert.equal(await statusOf(run), status);
  });
