/** What takes the walls of containers down is named with its line, once; what does not is not named. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadStack } from '../../../src/config/load.ts';
import { renderWarnings } from '../../../src/config/source/diagnostics.ts';

const root = mkdtempSync(join(tmpdir(), 'hive-dangers-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;

async function warningsIn(
  text: string,
  values = {},
  more: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, content] of Object.entries({ 's.yaml': text, ...more }))
    writeFileSync(join(folder, name), content);
  const { warnings } = await loadStack(join(folder, 's.yaml'), values);
  return warnings.length === 0 ? [] : renderWarnings(warnings, folder).split('\n');
}

const one = (keys: string): string => `servers:\n  one:\n    image: x\n    ${keys}\n`;

const DANGERS: readonly (readonly [keys: string, warning: string])[] = [
  ['network: host', "is on the machine's network (network: host): it reaches what listens here"],
  ['capAdd: [net_admin]', 'gets more capabilities (capAdd: net_admin)'],
  ['volumes: ["/:/host"]', 'mounts / of this machine'],
  ['volumes: ["/etc/:/etc:ro"]', 'mounts /etc/ of this machine'],
  ['volumes: ["/./etc/../:/x"]', 'mounts /./etc/../ of this machine'],
  ['volumes: ["../../../../../../../:/x"]', 'mounts ../../../../../../../ of this machine'],
  ['volumes: ["/home:/x"]', 'mounts /home of this machine'],
  ['volumes: ["/etc/shadow:/x"]', 'mounts /etc/shadow of this machine'],
  ['volumes: ["~/.ssh:/x"]', 'mounts ~/.ssh of this machine'],
  ['volumes: ["/var/lib/docker/volumes:/x"]', 'mounts /var/lib/docker/volumes of this machine'],
  [
    'volumes: ["/var/run/docker.sock:/s"]',
    "mounts /var/run/docker.sock: the engine's socket makes it root here",
  ],
  ['volumes: ["${PLACE}:/s"]', "mounts ${PLACE}: the engine's socket makes it root here"],
  [
    'compose: { volumes: ["/run/podman/podman.sock:/s"] }',
    "mounts /run/podman/podman.sock: the engine's socket makes it root here",
  ],
  ['compose: { volumes: [{ type: bind, source: /, target: /x }] }', 'mounts / of this machine'],
  ['compose: { privileged: true }', 'is privileged: it may do what root may on this machine'],
  ['compose: { privileged: "${ON}" }', 'is privileged: it may do what root may on this machine'],
  ['compose: { pid: host }', "shares the machine's namespace (pid: host)"],
  ['compose: { ipc: host }', "shares the machine's namespace (ipc: host)"],
  ['compose: { uts: host }', "shares the machine's namespace (uts: host)"],
  ['compose: { userns_mode: host }', "shares the machine's namespace (userns_mode: host)"],
  ['compose: { cgroup: host }', "shares the machine's namespace (cgroup: host)"],
  ['compose: { pid: "container:other" }', 'shares a namespace with another container (pid)'],
  ['compose: { cap_drop: [] }', 'keeps capabilities that Hive drops (cap_drop)'],
  ['compose: { cap_add: [SYS_ADMIN] }', 'gets more capabilities (cap_add)'],
  ['compose: { security_opt: [a=b] }', 'may gain privileges (security_opt without no-new-privileges:true)'],
  [
    'compose: { security_opt: ["no-new-privileges:true", "seccomp=unconfined"] }',
    'runs unconfined (security_opt)',
  ],
  ['compose: { devices: ["/dev/kvm"] }', 'gets devices of this machine (devices)'],
  [
    'compose: { devices: [{ source: /dev/kvm, target: /dev/kvm }] }',
    'gets devices of this machine (devices)',
  ],
  ['compose: { device_cgroup_rules: ["c 1:3 rwm"] }', 'may open devices (device_cgroup_rules)'],
  ['compose: { gpus: all }', 'gets the GPUs of this machine (gpus)'],
  ['compose: { group_add: [docker] }', 'is in more groups (group_add)'],
  ['compose: { sysctls: { net.core.somaxconn: 1 } }', 'sets kernel parameters (sysctls)'],
  ['compose: { oom_kill_disable: true }', 'is never ended for lack of memory (oom_kill_disable)'],
  ['compose: { mem_limit: 0 }', 'has no limit of memory (mem_limit)'],
  ['compose: { pids_limit: -1 }', 'has no limit of processes (pids_limit)'],
  ['compose: { cgroup_parent: /x }', 'leaves its control group (cgroup_parent)'],
  ['compose: { post_start: [{ command: x }] }', 'runs a hook after its start (post_start)'],
  ['compose: { pre_stop: [{ command: x }] }', 'runs a hook before its end (pre_stop)'],
  ['compose: { volumes_from: [other] }', 'mounts the volumes of others (volumes_from)'],
  [
    'compose: { extends: { file: x.yml, service: x } }',
    'takes keys from elsewhere that Hive does not check (extends)',
  ],
  ['compose: { build: { network: host } }', "is built on the machine's network (build.network: host)"],
  ['envFile: /etc/passwd', 'gets the contents of /etc/passwd as its variables'],
  ['secrets: { s: { file: /etc/hostname } }', 'gets the contents of /etc/hostname as its secret "s"'],
];

for (const [keys, warning] of DANGERS)
  test(`${keys} must be named once, with its line`, async () => {
    const values = { PLACE: '/var/run/docker.sock', ON: 'true' };
    assert.deepEqual(await warningsIn(one(keys), values), [`s.yaml:4: warning: server "one" ${warning}`]);
  });

for (const keys of [
  'volumes: ["data:/data", "./data:/d", "/srv/data:/s", "/home/me/notes:/n", "/etc/localtime:/etc/localtime:ro"]',
  'volumes: ["${PLACE}:/s"]',
  'compose: { cap_drop: [ALL], security_opt: ["no-new-privileges:true"], privileged: false, mem_limit: 1g }',
  'compose: { privileged: "${ON:-false}", devices: [], shm_size: 1g }',
  'envFile: x.env',
  'network: none',
])
  test(`${keys} must not be named`, async () => {
    assert.deepEqual(await warningsIn(one(keys), { PLACE: '/srv/data' }, { 'x.env': '' }), []);
  });

const PUBLIC =
  'as an argument, which every user of this machine can read in the list of processes: pass it in env instead';
const ARGUMENTS: readonly (readonly [entry: string, line: number, name: string])[] = [
  ['command: x\n    args: ["${API_TOKEN}"]', 4, '${API_TOKEN}'],
  ['command: x\n    args: [a, "--header", "Authorization: Bearer ${API_TOKEN:-none}"]', 4, '${API_TOKEN}'],
  ['command: x\n    args: ["--password", "${WORD}"]', 4, '${WORD}'],
  ['command: x\n    args: ["--api-key=${WORD}"]', 4, '${WORD}'],
  ['command: x\n    args: ["${DATABASE}"]', 4, '${DATABASE}'],
  ['command: x\n    args: ["--url=${DATABASE}", "${DATABASE}"]', 4, '${DATABASE}'],
  ['command: x --token ${WORD} run', 3, '${WORD}'],
  ['command: x\n    args:\n      - --token\n      - s3cret', 6, 'the value of --token'],
  ['image: x\n    command: ["run", "--token=s3cret"]', 4, 'the value of --token'],
  ['image: x\n    native: { command: x, args: ["${API_TOKEN}"] }', 4, '${API_TOKEN}'],
];
const VARIABLES = {
  API_TOKEN: 'abc',
  WORD: 'abc',
  DATABASE: 'postgres://me:pw@host/db',
  FOLDER: '/srv/docs',
};
for (const [keys, line, name] of ARGUMENTS)
  test(`a secret among the arguments must be named, with its line and no value: ${keys}`, async () => {
    assert.deepEqual(await warningsIn(`servers:\n  one:\n    ${keys}\n`, VARIABLES), [
      `s.yaml:${line}: warning: server "one" passes ${name} ${PUBLIC}`,
    ]);
  });

for (const keys of [
  'command: x\n    args: ["${FOLDER}", "--dir=${FOLDER}", "--name", "${WORD}"]',
  'command: x\n    args: ["--token-file", "x", "--auth", "none", "--tls-key=a.pem", "--key", "./a", "--key", "-v"]\n    env: { TOKEN: "${API_TOKEN}" }',
  'image: x\n    command: ["http://host/${WORD}"]',
])
  test(`arguments without a secret must not be named: ${keys}`, async () => {
    assert.deepEqual(await warningsIn(`servers:\n  one:\n    ${keys}\n`, VARIABLES), []);
  });

test('the line must be that of the key, in the file that holds it, and `defaults` be named once', async () => {
  const main =
    'defaults: { container: { network: host } }\ninclude: more.yaml\nservers:\n  a: { image: x }\n';
  const more = 'servers:\n  b:\n    image: x\n    compose:\n      shm_size: 1g\n      privileged: true\n';
  assert.deepEqual(await warningsIn(main, {}, { 'more.yaml': more }), [
    "s.yaml:1: warning: every container without a key of its own is on the machine's network (network: host): it reaches what listens here",
    'more.yaml:6: warning: server "b" is privileged: it may do what root may on this machine',
  ]);
});

test('the value of a variable must not stand in a warning', async () => {
  const [line = ''] = await warningsIn(one('volumes: ["${PLACE}:/s"]'), { PLACE: '/root/.ssh' });
  assert.match(line, /mounts \$\{PLACE\} of this machine/);
  assert.doesNotMatch(line, /\.ssh/);
});
