/** `use: gateway`: its operations, and its identity as an MCP server. */

import type { Operation } from '../model/operation.ts';
import type { GatewayControl } from '../model/operator.ts';
import type { Values } from '../model/references.ts';
import type { Stack } from '../model/stack.ts';
import { gatewayOperations } from '../operations/gateway/gateway.ts';
import { createRedact, type Redact } from '../operations/gateway/redact.ts';
import { type SecretFiles, secretValues } from '../operations/gateway/secret-values.ts';

export interface GatewayBuiltinDeps {
  readonly control: () => Pick<GatewayControl, 'status' | 'logs' | 'plan'>;
  /** The current stack, and the values of its `${VAR}` references. */
  readonly desired: () => { readonly stack: Pick<Stack, 'servers'>; readonly values: Values };
  readonly secretFiles: SecretFiles;
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

export function createGatewayOperations({
  control,
  desired,
  secretFiles,
}: GatewayBuiltinDeps): readonly Operation[] {
  const redact = currentRedact(desired, secretFiles);
  return gatewayOperations({
    status: () => control().status(),
    logs: (serverName) => control().logs(serverName),
    plan: () => control().plan(),
    redact,
    // There are no partial views yet: every caller sees the whole catalog.
    sees: () => true,
  });
}

/**
 * Collects the secrets once for each reading of the config. Secrets of earlier readings stay, since older
 * lines of a log may hold them.
 */
function currentRedact(desired: GatewayBuiltinDeps['desired'], files: SecretFiles): Redact {
  const secrets = new Set<string>();
  let collected: object | undefined;
  let redact: Redact = createRedact([]);
  return (text) => {
    const now = desired();
    if (now !== collected) {
      for (const secret of secretValues(now.stack.servers, now.values, files)) secrets.add(secret);
      redact = createRedact([...secrets]);
      collected = now;
    }
    return redact(text);
  };
}
