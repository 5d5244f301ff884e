/** Containers that fail to start: each is reported with code, the engine's message, place and fix; the good one keeps serving. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ServerStatus } from '../../src/model/status.ts';
import { container, createStack } from '../helpers/hive.ts';

interface Bad {
  readonly serverName: string;
  readonly obligation: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly code: string;
  readonly reason: RegExp;
  readonly hint: RegExp;
  /** Place, if not in the config file. */
  readonly place?: RegExp;
}

const script = (text: string) => ({
  type: 'container',
  image: 'node:24-slim',
  command: ['node', '-e', text],
  stopGrace: '1s',
});

const BAD: readonly Bad[] = [
  {
    serverName: 'noimage',
    obligation: 'an image that no registry hands out must be told quickly, with the reason',
    entry: { type: 'container', image: 'registry.invalid/nobody/nothing:1.0' },
    code: 'IMAGE_NOT_FOUND',
    reason:
      /^image registry\.invalid\/nobody\/nothing:1\.0 is not on this machine, and its registry does not answer: .*(no such host|timeout|refused)/,
    hint: /docker pull registry\.invalid\/nobody\/nothing:1\.0/,
  },
  {
    serverName: 'badstep',
    obligation: 'a build step that fails must be told with its last lines and its line in the Dockerfile',
    entry: { type: 'container', dockerfile: 'step.Dockerfile' },
    code: 'BUILD_FAILED',
    reason:
      /^step\.Dockerfile does not build: RUN echo "looking" .* ended with exit code 7\n(looking\n)?no such package(\nlooking)?$/,
    hint: /^fix step\.Dockerfile and save it/,
    place: /step\.Dockerfile:3$/,
  },
  {
    serverName: 'badword',
    obligation: 'a word that no Dockerfile knows must be told with its line',
    entry: { type: 'container', dockerfile: 'word.Dockerfile' },
    code: 'BUILD_FAILED',
    reason: /^word\.Dockerfile does not build: .*unknown instruction: RUNN/,
    hint: /^fix word\.Dockerfile and save it/,
    place: /word\.Dockerfile:2$/,
  },
  {
    serverName: 'exits',
    obligation: 'a container that exits at once must be told with its exit code and last lines',
    entry: container('crash-on-start'),
    code: 'SERVER_EXITED',
    reason:
      /^exits exited with code 3 while waiting for .*\n.*stderr:\n.*\n {2}Error: DATABASE_URL is not set/,
    hint: /^set DATABASE_URL in `env` of the entry /,
  },
  {
    serverName: 'webexits',
    obligation: 'an HTTP container that exits at once must be told likewise, not after its timeout',
    entry: { ...container('crash-on-start'), transport: 'http', port: 3000 },
    code: 'SERVER_EXITED',
    reason:
      /^webexits exited with code 3 while waiting for initialize\n.*stderr:\n.*Error: DATABASE_URL is not set/s,
    hint: /^set DATABASE_URL in `env` of the entry /,
  },
  {
    serverName: 'webdeaf',
    obligation: 'an HTTP container that listens elsewhere must send people to its port',
    entry: {
      ...script('setInterval(() => {}, 1000)'),
      transport: 'http',
      port: 3000,
      timeouts: { start: '8s' },
    },
    code: 'SERVER_TIMEOUT',
    reason:
      /^webdeaf did not answer within 8 s \(waiting for initialize; not reachable yet: .+ \([A-Z_]+\)\)/,
    hint: /`port` and `path`/,
  },
  {
    serverName: 'absent',
    obligation: 'a command that the image does not have must be told as that',
    entry: { type: 'container', image: 'node:24-slim', entrypoint: ['hive-no-such-command'] },
    code: 'SERVER_EXITED',
    reason: /^absent exited with code 127 .*\n.*\n.*hive-no-such-command.*(No such file|not found)/,
    hint: /^its command was not found: check `command` and `entrypoint`$/,
  },
  {
    serverName: 'stranger',
    obligation: "a user that the image does not know must be told in the engine's words",
    entry: { ...container('echo'), user: 'nosuchuser' },
    code: 'START_FAILED',
    reason: /^the engine could not start stranger: .*unable to find user nosuchuser/,
    hint: /user/,
  },
  {
    serverName: 'badmount',
    obligation: 'a folder that cannot be made for a mount must be told with the reason',
    entry: { ...container('echo'), volumes: ['/dev/null/x:/servers'] },
    code: 'CREATE_FAILED',
    reason: /^the folder \/dev\/null\/x cannot be made \(ENOTDIR\)$/,
    hint: /`volumes` of badmount/,
  },
  {
    serverName: 'hungry',
    obligation: 'a server that needs more memory than it may have must be told as that',
    entry: {
      ...script('const held = []; for (;;) held.push(Buffer.alloc(16 << 20, 1))'),
      memory: '64m',
    },
    code: 'SERVER_EXITED',
    reason: /^hungry was killed for using more memory than it may, at its limit of \d+ MB \(exit code 137\)/,
    hint: /^raise `memory` of this server$/,
  },
];

test('containers that fail to start', async (t) => {
  const stack = createStack(t, { servers: {} });
  const failing = 'RUN echo "looking" \\\n && echo "no such package" >&2 && exit 7\n';
  writeFileSync(join(stack.folder, 'step.Dockerfile'), `FROM node:24-slim\nRUN true\n${failing}`);
  writeFileSync(join(stack.folder, 'word.Dockerfile'), 'FROM node:24-slim\nRUNN true\n');
  const entries = BAD.map(({ serverName, entry }) => [serverName, entry]);
  const eater = { ...container('eats-memory'), memory: '64m' };
  stack.save({ servers: { ...Object.fromEntries(entries), good: container('echo'), eater } });
  const hive = await stack.up();
  const first = new Map<string, ServerStatus>();
  await hive.until('each has had its verdict', ({ servers }) => {
    for (const server of servers)
      if (['ready', 'failed'].includes(server.state) && !first.has(server.serverName))
        first.set(server.serverName, server);
    return first.size === BAD.length + 2;
  });
  await hive.untilPrinted(/^Hive serves \d of 12 servers/m);

  for (const { serverName, obligation, code, reason, hint, place } of BAD)
    await t.test(obligation, () => {
      const status = first.get(serverName);
      assert.equal(status?.state, 'failed');
      assert.equal(`${status?.code} ${status?.reason}`.split(' ')[0], code, status?.reason);
      assert.match(status?.reason ?? '', reason);
      assert.match(status?.hint ?? '', hint);
      assert.match(`${status?.place?.path}:${status?.place?.line}`, place ?? /hive\.yaml:\d+$/);
      const shown = `at ${(status?.place?.path ?? '').replace(`${stack.folder}/`, '')}:${status?.place?.line}`;
      const block = hive
        .output()
        .match(new RegExp(`^${serverName} +failed +${code}: .*\\n(?: {4}.*\\n)*`, 'm'))?.[0];
      assert.ok(block?.includes(`\n    ${shown}\n`), block ?? hive.output());
      assert.match(block ?? '', /\n {4}fix: /);
    });

  await t.test('the good container must keep serving', async () => {
    const client = await hive.client();
    const result = await client.callTool({ name: 'good_echo', arguments: { text: 'x' } });
    assert.deepEqual(result.structuredContent, { text: 'x' });
  });

  await t.test('a call that exceeds the memory limit must fail with the reason and a fix', async () => {
    const client = await hive.client();
    await assert.rejects(
      client.callTool({ name: 'eater_echo', arguments: {} }),
      /eater was killed for using more memory than it may.*\nfix: raise `memory`/s,
    );
  });

  await t.test('a corrected Dockerfile must be built without being asked', async () => {
    writeFileSync(
      join(stack.folder, 'word.Dockerfile'),
      'FROM node:24-slim\nCMD ["node", "/servers/echo.mjs"]\n',
    );
    await hive.until('it is built anew', ({ servers }) =>
      servers.some((it) => it.serverName === 'badword' && it.code !== 'BUILD_FAILED'),
    );
  });
});
