/** The operations that stop and start servers: all names are checked before anything changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverSwitches } from '../../../src/operations/gateway/server-switches.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { CONTEXT, server, sourceOf } from './harness.ts';

const off = [{ serverName: 'old', place: { path: '/hive.yaml', line: 9 } }];

function runner() {
  const done: string[] = [];
  const note = (verb: string) => (name: string) => void done.push(`${verb} ${name}`);
  const source = {
    ...sourceOf({ servers: [server('api'), server('web')], status: { off } }),
    stopServer: note('stop'),
    startServer: async (name: string) => note('start')(name),
    restartServer: async (name: string) => note('restart')(name),
  };
  const { run } = createRunner(serverSwitches(source));
  return { done, run: (verb: string, servers: string[]) => run(`server_${verb}`, { servers }, CONTEXT) };
}

for (const verb of ['stop', 'start', 'restart'])
  test(`server_${verb} must do so once for each server that is named`, async () => {
    const { done, run } = runner();
    const { output, text } = await run(verb, ['web', 'api', 'web']);
    assert.deepEqual([output, done], [{ servers: ['web', 'api'] }, [`${verb} web`, `${verb} api`]]);
    assert.match(text, /ing web, api$/);
  });

test('a name that no server has must change nothing, and the nearest one must be named', async () => {
  const { done, run } = runner();
  const hint = 'did you mean web? known servers: api, web';
  await assert.rejects(run('stop', ['api', 'wbe']), { code: 'SERVER_UNKNOWN', hint });
  assert.deepEqual(done, []);
});

test('a server that its entry switches off must be answered with the place to edit', async () => {
  const hint = 'remove `enabled: false` (or `disabled: true`) from its entry at /hive.yaml:9';
  await assert.rejects(runner().run('start', ['old']), { code: 'SERVER_OFF', hint });
});
