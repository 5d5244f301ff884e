/** `use: gateway`: its operations, and its identity as an MCP server. */

import type { Operation } from '../model/operation.ts';
import type { GatewayControl } from '../model/operator.ts';
import type { Values } from '../model/references.ts';
import type { Stack } from '../model/stack.ts';
import { gatewayOperations } from '../operations/gateway/gateway.ts';
import { secretValues } from '../operations/gateway/redact.ts';

export interface GatewayBuiltinDeps {
  readonly control: () => Pick<GatewayControl, 'status' | 'logs' | 'plan'>;
  /** The current stack, and the values of its `${VAR}` references. */
  readonly desired: () => { readonly stack: Pick<Stack, 'servers'>; readonly values: Values };
}

export const IDENTITY = {
  name: 'hive-gateway',
  title: 'Hive gateway',
  instructions: [
    'Tools about this gateway and the MCP servers behind it.',
    'If a tool is missing or a call fails, server_list names the servers that do not work,',
    'server_show explains one, and server_logs reads its log.',
  ].join(' '),
} as const;

export function createGatewayOperations({ control, desired }: GatewayBuiltinDeps): readonly Operation[] {
  return gatewayOperations({
    status: () => control().status(),
    logs: (serverName) => control().logs(serverName),
    plan: () => control().plan(),
    secrets: () => {
      const { stack, values } = desired();
      return secretValues(stack.servers, values);
    },
    // There are no partial views yet: every caller sees the whole catalog.
    sees: () => true,
  });
}
