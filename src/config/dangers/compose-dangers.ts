/** Raw Compose keys that take down what keeps a container from its machine. */

import { isRecord } from '../../model/collections/is-record.ts';
import type { Danger, Resolve } from './danger.ts';

/** @param isDanger gets the value with its references resolved */
type Rule = readonly [key: string, isDanger: (value: unknown) => boolean, text: string];

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false;
const hasItems = (value: unknown): boolean => listOf(value).length > 0 || isRecord(value);

const RULES: readonly Rule[] = [
  ['privileged', isOn, 'is privileged: it may do what root may on this machine'],
  ['use_api_socket', isOn, "gets the engine's socket: it may do what root may on this machine"],
  ...['pid', 'ipc', 'userns_mode', 'uts', 'cgroup'].map(
    (key): Rule => [key, (value) => value === 'host', `shares the machine's namespace (${key}: host)`],
  ),
  ...['pid', 'ipc'].map(
    (key): Rule => [
      key,
      (value) => /^(service|container):/.test(String(value)),
      `shares a namespace with another container (${key})`,
    ],
  ),
  ['cap_drop', (value) => !listOf(value).includes('ALL'), 'keeps capabilities that Hive drops (cap_drop)'],
  ['cap_add', hasItems, 'gets more capabilities (cap_add)'],
  ['security_opt', dropsNoNewPrivileges, 'may gain privileges (security_opt without no-new-privileges:true)'],
  [
    'security_opt',
    (value) => listOf(value).some((it) => /unconfined|label[:=]disable/.test(it)),
    'runs unconfined (security_opt)',
  ],
  ['devices', hasItems, 'gets devices of this machine (devices)'],
  ['device_cgroup_rules', hasItems, 'may open devices (device_cgroup_rules)'],
  ['gpus', isSet, 'gets the GPUs of this machine (gpus)'],
  ['group_add', hasItems, 'is in more groups (group_add)'],
  ['sysctls', isSet, 'sets kernel parameters (sysctls)'],
  ['oom_kill_disable', isOn, 'is never ended for lack of memory (oom_kill_disable)'],
  ['mem_limit', isNothing, 'has no limit of memory (mem_limit)'],
  ['pids_limit', isNothing, 'has no limit of processes (pids_limit)'],
  ['cpus', isNothing, 'has no limit of CPU (cpus)'],
  ['cgroup_parent', isSet, 'leaves its control group (cgroup_parent)'],
  ['post_start', hasItems, 'runs a hook after its start (post_start)'],
  ['pre_stop', hasItems, 'runs a hook before its end (pre_stop)'],
  ['volumes_from', hasItems, 'mounts the volumes of others (volumes_from)'],
  ['extends', isSet, 'takes keys from elsewhere that Hive does not check (extends)'],
];

const BUILD_RULES: readonly Rule[] = [
  ['privileged', isOn, 'is built with the rights of root on this machine (build.privileged)'],
  ['entitlements', hasItems, 'is built with more rights (build.entitlements)'],
  ['network', (value) => value === 'host', "is built on the machine's network (build.network: host)"],
  ['ssh', isSet, 'is built with your SSH keys (build.ssh)'],
];

export function composeDangers(raw: Readonly<Record<string, unknown>>, resolve: Resolve): Danger[] {
  const build = isRecord(raw.build) ? raw.build : {};
  return [
    ...matching(RULES, raw, resolve).map(([key, text]) => ({ path: ['compose', key], text })),
    ...matching(BUILD_RULES, build, resolve).map(([key, text]) => ({
      path: ['compose', 'build', key],
      text,
    })),
  ];
}

function matching(
  rules: readonly Rule[],
  data: Readonly<Record<string, unknown>>,
  resolve: Resolve,
): [key: string, text: string][] {
  return rules.flatMap(([key, isDanger, text]): [string, string][] =>
    Object.hasOwn(data, key) && isDanger(resolved(data[key], resolve)) ? [[key, text]] : [],
  );
}

function resolved(value: unknown, resolve: Resolve): unknown {
  if (typeof value === 'string') return resolve(value);
  return Array.isArray(value) ? value.map((item) => resolved(item, resolve)) : value;
}

/** Compose reads these words as true. */
function isOn(value: unknown): boolean {
  return value === true || /^(true|yes|on|y|1)$/i.test(String(value));
}

/** A limit that is none: 0, or below. */
function isNothing(value: unknown): boolean {
  return Number.parseFloat(String(value)) <= 0;
}

function listOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

function dropsNoNewPrivileges(value: unknown): boolean {
  return !listOf(value).some((it) => /^no-new-privileges([:=]true)?$/.test(it));
}
