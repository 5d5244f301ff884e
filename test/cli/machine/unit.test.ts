/** The systemd unit must start the same Hive that wrote it, whatever its paths are called. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitText } from '../../../src/cli/machine/unit.ts';

const FACTS = {
  node: '/usr/bin/node',
  script: '/usr/local/bin/hive',
  file: '/home/me/my stack/100%$x "a".yaml',
  path: '/usr/local/bin:/usr/bin',
  stateDir: undefined,
};

test('paths must reach the program as they are: systemd reads quotes, %, $ and backslashes', () => {
  const lines = unitText(FACTS).split('\n');
  assert.ok(
    lines.includes(
      'ExecStart=/usr/bin/node /usr/local/bin/hive up -c "/home/me/my stack/100%%$$x \\"a\\".yaml"',
    ),
    lines.join('\n'),
  );
  assert.ok(lines.includes('WorkingDirectory=/home/me/my stack'));
  assert.ok(lines.includes('Environment="PATH=/usr/local/bin:/usr/bin"'));
  assert.ok(!lines.some((line) => line.includes('HIVE_STATE_DIR')));
});

test('the unit must serve the state folder of the shell, and stay down after `hive down`', () => {
  const lines = unitText({ ...FACTS, stateDir: '/srv/state' }).split('\n');
  assert.ok(lines.includes('Environment="HIVE_STATE_DIR=/srv/state"'));
  for (const line of ['Restart=on-failure', 'KillMode=mixed', 'TimeoutStopSec=60', 'WantedBy=default.target'])
    assert.ok(lines.includes(line), line);
});
