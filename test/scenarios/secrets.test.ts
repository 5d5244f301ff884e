/** Values of `${VAR}` references reach only their server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { createShell, type Shell } from '../helpers/cli.ts';
import { container, createStack, native, type Stack } from '../helpers/hive.ts';

test('the value of a secret must not appear in output, logs, pages, files or arguments', async (t) => {
  const canary = 'canary-7f3a91';
  const received: (string | undefined)[] = [];
  const refuser = createServer((request, response) => {
    received.push(request.headers.authorization);
    response.writeHead(401).end('no entry');
  }).listen(0, '127.0.0.1');
  await once(refuser, 'listening');
  t.after(() => refuser.close());
  const env = { TOKEN: '${HIVE_TEST_CANARY}' };
  const url = `http://127.0.0.1:${(refuser.address() as AddressInfo).port}/mcp?key=\${HIVE_TEST_CANARY}`;
  const stack = createStack(t, {
    servers: {
      box: { ...container('environment'), env },
      proc: { ...native('environment'), env },
      boxdies: { ...container('crash-on-start'), env },
      dies: { ...native('crash-on-start'), env },
      noimage: { type: 'container', image: 'registry.invalid/no/thing:1', env },
      locked: { type: 'remote', url, headers: { Authorization: 'Bearer ${HIVE_TEST_CANARY}' } },
    },
  });
  const hive = await stack.up({ HIVE_TEST_CANARY: canary, HIVE_LOG_LEVEL: 'trace' });
  await hive.untilPrinted(/^Hive serves 2 of 6 servers/m);
  const client = await hive.client();
  for (const name of ['box_echo', 'proc_echo']) {
    const { structuredContent } = await client.callTool({ name, arguments: {} });
    assert.equal(
      (structuredContent as { env: Record<string, string> }).env.TOKEN,
      canary,
      'it does not arrive',
    );
  }
  assert.ok(received.includes(`Bearer ${canary}`), 'the header does not arrive');

  const base = hive.url.replace(/\/mcp$/, '');
  const pages = ['/health', '/ready', '/metrics', '/mcp'].map(async (path) =>
    (await fetch(base + path)).text(),
  );
  const commands = [
    ['ps'],
    ['ps', '--json'],
    ['logs'],
    ['logs', '--json'],
    ['plan'],
    ['compile', '--stdout'],
    ['doctor'],
  ];
  const printed: string[] = [];
  const shell = shellOf(t, stack, { HIVE_TEST_CANARY: canary });
  for (const args of commands) {
    const { stdout, stderr } = await shell.hive(...args, '-c', stack.file);
    printed.push(stdout, stderr);
  }
  const inFiles = await execa('grep', ['-rl', canary, stack.folder], { reject: false });
  for (const text of [hive.output(), ...(await Promise.all(pages)), ...printed])
    assert.ok(!text.includes(canary), text);
  assert.equal(inFiles.stdout, '', 'files with the value of the secret');
  assert.deepEqual(argumentsWith(canary), []);
});

/** Command lines of this machine's processes that contain the text. */
function argumentsWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text));
}

function shellOf(t: TestContext, stack: Stack, env: Readonly<Record<string, string>>): Shell {
  return createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state'), ...env });
}
