/** Commands that run containers are recognized, and labelled in the right place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineRun } from '../../../../src/runtime/links/commands/engine-run.ts';

const MARK = { stack: 'S', linkId: 'L' };
const LABELS = '--label hive.run=S --label hive.run.link=L';
const labelled = (line: string): string | undefined => {
  const [command = '', ...args] = line.split(' ');
  const run = engineRun(command, args, {}, MARK);
  return run && [command, ...run.args].join(' ');
};

test('a command that runs a container must get labels behind `run`, whatever stands before it', () => {
  for (const [line, expected] of [
    ['docker run -i --rm x', `docker run ${LABELS} -i --rm x`],
    ['/usr/bin/podman run x', `/usr/bin/podman run ${LABELS} x`],
    ['docker container run x run', `docker container run ${LABELS} x run`],
    ['docker --context run -H run run x', `docker --context run -H run run ${LABELS} x`],
  ] as const)
    assert.equal(labelled(line), expected);
});

test('other commands must stay as they are', () => {
  for (const line of [
    'docker exec -i x run',
    'docker compose run x',
    'node docker run',
    'docker',
    'mydocker run x',
  ])
    assert.equal(labelled(line), undefined, line);
});

test('the engine must be asked with the options that stand before `run`', () => {
  const run = engineRun('docker', ['--context', 'far', 'container', 'run', 'x'], { A: '1' }, MARK);
  assert.deepEqual(run?.engine, { command: 'docker', options: ['--context', 'far'], env: { A: '1' } });
});
