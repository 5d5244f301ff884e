/** Secrets of the current stack in the operations of `use: gateway`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGatewayOperations, type GatewayBuiltinDeps } from '../../src/builtins/gateway.ts';
import type { Server } from '../../src/model/desired.ts';
import { createRunner } from '../../src/tools/runner.ts';
import { CONTEXT, entry, server } from '../operations/gateway/harness.ts';

test('secrets must be collected once for each reading, and those of earlier readings stay hidden', async () => {
  let reads = 0;
  const stack = {
    servers: [
      { type: 'native', serverName: 'db', args: [], env: {}, envFile: ['/x.env'] },
    ] as unknown as Server[],
  };
  let desired = { stack, values: {} };
  let current = 'first-value';
  const deps = {
    control: () => ({
      status: () => ({ servers: [server('db', { place: { path: '/first-value/hive.yaml', line: 1 } })] }),
      logs: () => [entry(1, 'first-value'), entry(2, 'second-value')],
    }),
    desired: () => desired,
    secretFiles: {
      variables: () => {
        reads += 1;
        return { A: current };
      },
      text: () => '',
      exists: () => false,
    },
  } as unknown as GatewayBuiltinDeps;
  const runner = createRunner(createGatewayOperations(deps));
  const show = async (): Promise<string> => (await runner.run('server_show', { server: 'db' }, CONTEXT)).text;
  assert.match(await show(), /declared at \/\[redacted\]\/hive\.yaml:1/);
  assert.doesNotMatch(await show(), /first-value/);
  assert.equal(reads, 1);
  current = 'second-value';
  desired = { stack, values: {} };
  assert.doesNotMatch(await show(), /first-value|second-value/);
  assert.equal(reads, 2);
});
