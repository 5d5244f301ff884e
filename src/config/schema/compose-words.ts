/** Keys of services in Compose files, and what stands for them in an entry. */

/** Keys that have another name in Hive. */
const RENAMED: Readonly<Record<string, string>> = {
  environment: 'env',
  env_file: 'envFile',
  mem_limit: 'memory',
  pids_limit: 'pids',
  working_dir: 'workdir',
  network_mode: 'network',
  networks: 'network',
  read_only: 'readOnly',
  cap_add: 'capAdd',
  stop_grace_period: 'stopGrace',
  pull_policy: 'pull',
};

/** Keys that Hive sets, or that would undo what the gateway relies on. */
export const SET_BY_HIVE: Readonly<Record<string, string>> = {
  container_name: 'leave it out: Hive finds containers by their labels',
  stdin_open: 'leave it out: Hive sets it from `transport`',
  tty: 'leave it out: a terminal would garble the protocol',
  profiles: 'leave it out: Compose would not make the container',
  scale: 'leave it out: this version of Hive runs one container for each server',
  deploy: 'leave it out: use cpus, memory, pids and restart of the entry',
  provider: 'leave it out: Compose would run a program of this machine instead of a container',
};

/** Keys that go to Compose as they are. */
const RAW = [
  ...['annotations', 'attach', 'blkio_config', 'cap_drop', 'cgroup', 'cgroup_parent', 'configs', 'cpuset'],
  ...['cpu_count', 'cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_shares', 'credential_spec', 'depends_on'],
  ...['device_cgroup_rules', 'devices', 'dns', 'dns_opt', 'dns_search', 'domainname', 'expose'],
  ...['external_links', 'extra_hosts', 'gpus', 'group_add', 'hostname', 'init', 'ipc', 'isolation', 'labels'],
  ...['links', 'logging', 'mac_address', 'mem_reservation', 'mem_swappiness', 'memswap_limit'],
  ...['oom_kill_disable', 'oom_score_adj', 'pid', 'post_start', 'pre_stop', 'privileged', 'security_opt'],
  ...['shm_size', 'stop_signal', 'storage_opt', 'sysctls', 'ulimits', 'userns_mode', 'uts', 'volumes_from'],
];

/** Fixes by key, for entries of containers. */
export function composeHints(): Record<string, string> {
  const renamed = Object.entries(RENAMED).map(([key, own]) => [key, `write ${own}`]);
  const raw = RAW.map((key) => [key, `write compose: { ${key}: … }`]);
  return { ...Object.fromEntries([...renamed, ...raw]), ...SET_BY_HIVE };
}

/** Keys of services that say how a container is made: they mean nothing for other servers. */
export const ABOUT_CONTAINERS: readonly string[] = [
  ...Object.keys(RENAMED).filter((key) => !['environment', 'env_file', 'working_dir'].includes(key)),
  ...RAW,
];
