/** The operations of `use: gateway`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGatewayOperations, type GatewayBuiltinDeps } from '../../src/builtins/gateway.ts';
import { createRunner } from '../../src/tools/runner.ts';
import { CONTEXT, entry, server } from '../operations/gateway/harness.ts';

test('lines of logs must be made fit for agents', async () => {
  const deps = {
    control: () => ({
      status: () => ({ servers: [server('db')] }),
      logs: () => [entry(1, 'raw line')],
    }),
    clean: (text: string) => text.replace('raw', 'clean'),
  } as unknown as GatewayBuiltinDeps;
  const runner = createRunner(createGatewayOperations(deps));
  assert.match((await runner.run('server_logs', { server: 'db' }, CONTEXT)).text, /clean line/);
});
