/** `use: manager`: its operations, and its identity as an MCP server. */
import type { Clock } from '../model/clock.ts';
import type { Operation } from '../model/operation.ts';
import type { GatewayControl } from '../model/operator.ts';
import { managerOperations } from '../operations/manager/manager.ts';
import type { ManagerSource } from '../operations/manager/source.ts';
import { type GatewayBuiltinDeps, sourceOf } from './gateway.ts';

export interface ManagerBuiltinDeps extends GatewayBuiltinDeps {
  readonly control: () => ReturnType<GatewayBuiltinDeps['control']> &
    Pick<GatewayControl, 'history' | 'onLog' | 'onStatus'>;
  readonly clock: Clock;
}

export const IDENTITY = {
  name: 'hive-manager',
  title: 'Docker MCP manager',
  instructions: [
    'Tools that create, watch, stop and remove MCP servers in containers while the gateway runs.',
    'docker_list_templates shows what docker_create_server can make; docker_get_logs explains failures.',
    'Secrets are never arguments: a person sets them with `hive secret set NAME`,',
    'and `${secret:NAME}` stands for the value.',
  ].join(' '),
} as const;

export const createManagerOperations = (deps: ManagerBuiltinDeps): readonly Operation[] =>
  managerOperations(managerSource(deps));

function managerSource(deps: ManagerBuiltinDeps): ManagerSource {
  const { control, clock } = deps;
  return {
    ...sourceOf(deps),
    history: (serverName) => control().history(serverName),
    onLog: (listener) => control().onLog(listener),
    onStatus: (listener) => control().onStatus(listener),
    clock,
  };
}
