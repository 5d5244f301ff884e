/** Names what takes the walls of a container down. Nothing here is refused: a person may want it. */
import type { ContainerServer } from '../model/desired.ts';
import type { Stack } from '../model/stack.ts';

export interface Danger {
  readonly serverName: string;
  /** A sentence without its subject, the server. */
  readonly text: string;
}

/** In the order of the servers. */
export function dangersOf({ servers }: Pick<Stack, 'servers'>): Danger[] {
  return servers.flatMap((server) =>
    server.type === 'container'
      ? [...rawDangers(server.compose), ...mountDangers(server), ...networkDangers(server)].map((text) => ({
          serverName: server.serverName,
          text,
        }))
      : [],
  );
}

/** One line each, for people. */
export const renderDanger = ({ serverName, text }: Danger): string =>
  `warning: server "${serverName}" ${text}`;

type Raw = ContainerServer['compose'];

const RULES: readonly (readonly [key: string, isDanger: (value: unknown) => boolean, text: string])[] = [
  ['privileged', isOn, 'is privileged: it may do what root may on this machine'],
  ...['pid', 'ipc', 'userns_mode', 'uts', 'cgroup'].map(
    (key) =>
      [key, (value: unknown) => value === 'host', `shares the machine's namespace (${key}: host)`] as const,
  ),
  ['cap_drop', (value) => !listOf(value).includes('ALL'), 'keeps capabilities that Hive drops (cap_drop)'],
  ['cap_add', (value) => listOf(value).length > 0, 'gets more capabilities (cap_add)'],
  ['security_opt', dropsNoNewPrivileges, 'may gain privileges (security_opt without no-new-privileges:true)'],
  [
    'security_opt',
    (value) => listOf(value).some((it) => /unconfined/.test(it)),
    'runs unconfined (security_opt)',
  ],
  ['devices', (value) => listOf(value).length > 0, 'gets devices of this machine (devices)'],
  ['device_cgroup_rules', (value) => listOf(value).length > 0, 'may open devices (device_cgroup_rules)'],
  ['gpus', (value) => value !== undefined, 'gets the GPUs of this machine (gpus)'],
  ['sysctls', (value) => value !== undefined, 'sets kernel parameters (sysctls)'],
  ['oom_kill_disable', isOn, 'is never ended for lack of memory (oom_kill_disable)'],
  ['post_start', (value) => listOf(value).length > 0, 'runs a hook after its start (post_start)'],
  ['pre_stop', (value) => listOf(value).length > 0, 'runs a hook before its end (pre_stop)'],
  ['volumes_from', (value) => listOf(value).length > 0, 'mounts the volumes of others (volumes_from)'],
];

function rawDangers(raw: Raw): string[] {
  return RULES.flatMap(([key, isDanger, text]) =>
    Object.hasOwn(raw, key) && isDanger(raw[key as keyof Raw]) ? [text] : [],
  );
}

function isOn(value: unknown): boolean {
  return value === true || /^(true|yes|on|1)$/i.test(String(value));
}

function listOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
}

function dropsNoNewPrivileges(value: unknown): boolean {
  return !listOf(value).some((it) => /^no-new-privileges([:=]true)?$/.test(it));
}

/** Folders whose contents are the machine itself. */
const SYSTEM = /^\/(|etc|proc|sys|dev|boot|root|run|var|var\/run|var\/lib\/docker)\/?$/;

function mountDangers(server: ContainerServer): string[] {
  const texts = [...server.volumes, ...rawVolumes(server.compose)];
  return texts.flatMap((text) => {
    const [source = ''] = text.split(':');
    const path = source.replace(/\/\.?$/, '') || '/';
    if (/(docker|podman|containerd)\.sock$/.test(path))
      return [`mounts ${path}: whoever has the engine's socket is root on this machine`];
    return SYSTEM.test(path) ? [`mounts ${path} of this machine`] : [];
  });
}

/** Sources of volumes: in the short syntax the part before the first colon. */
function rawVolumes({ volumes }: Raw): string[] {
  const listed: readonly unknown[] = Array.isArray(volumes) ? volumes : [];
  return listed.map((it) => (typeof it === 'string' ? it : String(Object(it).source ?? '')));
}

function networkDangers({ network }: ContainerServer): string[] {
  return network === 'host'
    ? ["is on the machine's network (network: host): it reaches what listens here"]
    : [];
}
