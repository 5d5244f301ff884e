/** `use: manager`: its operations, and its identity as an MCP server. */
import { join } from 'node:path';
import { processFiles } from '../files/process-files.ts';
import type { ManagerKeys } from '../model/access/builtin-keys.ts';
import type { Clock } from '../model/clock.ts';
import type { Operation } from '../model/operation.ts';
import type { GatewayControl } from '../model/operator.ts';
import { managerOperations } from '../operations/manager/manager.ts';
import type { ManagerSource } from '../operations/manager/source.ts';
import { dropOthers, keepByContent } from '../store/by-content.ts';
import { SHIPPED } from '../templates/folder.ts';
import { readTemplates } from '../templates/read.ts';
import { compileCheck } from '../tools/arguments.ts';
import { type GatewayBuiltinDeps, sourceOf } from './gateway.ts';
import { hostPathRules, type OwnPlaces, withoutLinks } from './host-paths.ts';

export interface ManagerBuiltinDeps extends GatewayBuiltinDeps, OwnPlaces {
  readonly control: () => ReturnType<GatewayBuiltinDeps['control']> &
    Pick<GatewayControl, 'history' | 'onLog' | 'onStatus' | 'added'>;
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

type Settings = Pick<ManagerKeys, 'hostPaths' | 'max' | 'templates'>;

const NO_SETTINGS: Settings = { hostPaths: [], max: {} };

/** @param settings of the entry; undefined while there is none */
export const createManagerOperations = (
  deps: ManagerBuiltinDeps,
  settings: () => Settings | undefined,
): readonly Operation[] => managerOperations(managerSource(deps, () => settings() ?? NO_SETTINGS));

function managerSource(deps: ManagerBuiltinDeps, settings: () => Settings): ManagerSource {
  const { control, clock, stateFolder } = deps;
  const recipes = join(stateFolder, 'recipes');
  return {
    ...sourceOf(deps),
    history: (serverName) => control().history(serverName),
    onLog: (listener) => control().onLog(listener),
    onStatus: (listener) => control().onStatus(listener),
    clock,
    settings,
    added: () => control().added,
    templates() {
      const { templates: own } = settings();
      const user = own === undefined ? [] : [{ path: own, origin: 'user' as const }];
      return readTemplates([{ path: SHIPPED, origin: 'shipped' }, ...user], processFiles);
    },
    check: async (what, schema, value) => (await compileCheck(what, schema))(value),
    keepDockerfile: (title, text) => keepByContent(recipes, title, 'Dockerfile', text),
    dropDockerfiles: (kept) => dropOthers(recipes, kept),
    paths: { real: withoutLinks, rules: () => hostPathRules(deps, settings().hostPaths) },
  };
}
