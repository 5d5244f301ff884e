/** Plans and errors for machines on which something is missing, as tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gap } from '../../src/setup/find-engine.ts';
import { gapsError } from '../../src/setup/gap-errors.ts';
import type { Host } from '../../src/setup/host.ts';
import { planInstall } from '../../src/setup/install-plan.ts';
import { stepCommand } from '../../src/setup/install-step.ts';

const bookworm: Host = {
  platform: 'linux',
  distro: { id: 'debian', name: 'Debian 12', codename: 'bookworm', ubuntuCodename: undefined },
  root: true,
  userName: 'ann',
  systemd: false,
  dockerCe: false,
  apt: {
    mirror: 'http://mirror.test/debian',
    securityMirror: 'http://mirror.test/security',
    trixieKeys: true,
    pinned: [],
  },
};
const trixie: Host = {
  ...bookworm,
  systemd: true,
  distro: { id: 'debian', name: 'Debian 13', codename: 'trixie', ubuntuCodename: undefined },
};
const ubuntu: Host = {
  ...trixie,
  distro: { id: 'ubuntu', name: 'Ubuntu 24.04', codename: 'noble', ubuntuCodename: 'noble' },
};
const fedora: Host = {
  ...trixie,
  apt: undefined,
  distro: { id: 'fedora', name: 'Fedora 43', codename: '', ubuntuCodename: undefined },
};
const mac: Host = { ...trixie, platform: 'darwin', apt: undefined, distro: undefined };

const address = { url: 'unix:///var/run/docker.sock', source: 'the system socket' };
const absent: Gap = { part: 'engine', state: 'absent' };
const stopped: Gap = { part: 'engine', state: 'stopped' };
const denied: Gap = { part: 'engine', state: 'denied', address };
const unreachable: Gap = {
  part: 'engine',
  state: 'unreachable',
  address: {
    url: 'tcp://10.0.0.9:2375',
    source: 'DOCKER_HOST',
    fix: 'start that engine, or unset DOCKER_HOST',
  },
  reason: 'nothing listens there',
};
const nothing: Gap[] = [absent, { part: 'cli' }, { part: 'compose' }, { part: 'buildx' }];

const apt = 'apt-get -q -o DPkg::Lock::Timeout=300';
const install = `${apt} install -y --no-install-recommends`;

const plans: [what: string, gaps: Gap[], host: Host, extra: string[], commands: string[]][] = [
  [
    'a bare Debian 12 gets everything, with trixie below all other sources',
    nothing,
    bookworm,
    ['mmdebstrap'],
    [
      '/etc/apt/preferences.d/hive-trixie',
      '/etc/apt/sources.list.d/hive-trixie.sources',
      `${apt} update`,
      `${install} docker.io docker-cli docker-compose docker-buildx mmdebstrap`,
      'setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &',
    ],
  ],
  [
    'an old key ring is brought up to date before trixie is a source',
    [{ part: 'compose' }],
    { ...bookworm, apt: { ...(bookworm.apt as NonNullable<Host['apt']>), trixieKeys: false } },
    [],
    [
      `${apt} update`,
      `${apt} install -y debian-archive-keyring`,
      '/etc/apt/preferences.d/hive-trixie',
      '/etc/apt/sources.list.d/hive-trixie.sources',
      `${apt} update`,
      `${install} docker-compose`,
    ],
  ],
  [
    'a newer Debian needs no other source, and starts it by systemd',
    nothing,
    trixie,
    [],
    [
      `${apt} update`,
      `${install} docker.io docker-cli docker-compose docker-buildx`,
      'systemctl enable --now docker',
    ],
  ],
  [
    'what is installed already is not installed again',
    [stopped],
    bookworm,
    [],
    ['setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &'],
  ],
  [
    'Compose 1 is replaced, and nothing is started',
    [{ part: 'compose', found: '1.29.2' }],
    trixie,
    [],
    [`${apt} update`, `${install} docker-compose`],
  ],
  [
    'Ubuntu has other names',
    nothing,
    ubuntu,
    [],
    [
      `${apt} update`,
      `${install} docker.io docker-compose-v2 docker-buildx`,
      'systemctl enable --now docker',
    ],
  ],
  [
    "Docker's own packages are completed with Docker's own",
    [{ part: 'compose' }, { part: 'buildx' }],
    { ...bookworm, dockerCe: true },
    [],
    [`${apt} update`, `${install} docker-compose-plugin docker-buildx-plugin`],
  ],
];

for (const [what, gaps, host, extra, commands] of plans) {
  test(`plan: ${what}`, () => {
    const plan = planInstall(gaps, host, extra);
    assert.equal(plan.kind, 'steps');
    assert.deepEqual(
      plan.steps.map((step) => (step.kind === 'write' ? step.path : stepCommand(step))),
      commands,
    );
  });
}

test('plan: packages that an earlier run took from trixie must stay pinned', () => {
  const host = {
    ...bookworm,
    apt: { ...(bookworm.apt as NonNullable<Host['apt']>), pinned: ['docker-compose'] },
  };
  const plan = planInstall([{ part: 'buildx' }], host);
  assert.equal(plan.kind, 'steps');
  const pins = plan.steps.find((step) => step.kind === 'write' && step.path.includes('preferences'));
  assert.equal(
    pins?.kind === 'write' && pins.content,
    `Explanation: written by Hive; delete it together with sources.list.d/hive-trixie.sources
Package: *
Pin: release n=trixie
Pin-Priority: 50

Package: docker-buildx docker-compose
Pin: release n=trixie
Pin-Priority: 600

Package: *
Pin: release n=trixie-security
Pin-Priority: 50

Package: docker-buildx docker-compose
Pin: release n=trixie-security
Pin-Priority: 600
`,
  );
});

const errors: [
  what: string,
  gaps: [Gap, ...Gap[]],
  host: Host,
  code: string,
  message: RegExp,
  hint: RegExp,
][] = [
  [
    'root is offered the installer',
    [absent],
    bookworm,
    'ENGINE_MISSING',
    /no container engine/,
    /^npx hive up --yes$/,
  ],
  [
    'a user is told every command, since Hive never calls sudo',
    [absent, { part: 'compose' }],
    { ...trixie, root: false },
    'ENGINE_MISSING',
    /no container engine is installed; docker compose/,
    /^sudo sh <<'END'\napt-get .*update\napt-get .* docker\.io docker-compose\nsystemctl enable --now docker\nusermod -aG docker ann\nEND$/,
  ],
  [
    'compose 1',
    [{ part: 'compose', found: '1.29.2' }],
    trixie,
    'COMPOSE_MISSING',
    /is 1\.29\.2, and Hive needs 2/,
    /--yes/,
  ],
  ['no buildx', [{ part: 'buildx' }], trixie, 'BUILDX_MISSING', /buildx is not installed/, /--yes/],
  ['stopped', [stopped], trixie, 'ENGINE_UNREACHABLE', /not running/, /--yes/],
  [
    'no permission',
    [denied],
    { ...trixie, root: false },
    'ENGINE_UNREACHABLE',
    /may not open/,
    /usermod -aG docker/,
  ],
  [
    'named and away',
    [unreachable],
    trixie,
    'ENGINE_UNREACHABLE',
    /tcp:\/\/10\.0\.0\.9:2375.*nothing listens/,
    /unset DOCKER_HOST/,
  ],
  ['another distribution', [absent], fedora, 'ENGINE_MISSING', /no container engine/, /docs\.docker\.com/],
  ['macOS', [absent], mac, 'ENGINE_MISSING', /no container engine/, /brew install/],
];

for (const [what, gaps, host, code, message, hint] of errors) {
  test(`error: ${what}`, () => {
    const error = gapsError(gaps, host);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
  });
}
