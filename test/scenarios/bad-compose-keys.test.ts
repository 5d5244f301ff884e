/** An entry that Compose refuses stops no other: edits of others are carried out, and lost containers made again. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { container, createStack, type Running, type Stack } from '../helpers/hive.ts';

interface Bad {
  readonly what: string;
  readonly entry: Readonly<Record<string, unknown>>;
  /** True if the file with this entry is refused as a whole, so that nothing in it is carried out. */
  readonly isRefused: boolean;
}

const compose = (keys: object) => ({ ...container('echo'), compose: keys });

const BAD: readonly Bad[] = [
  { what: 'an unknown key', entry: compose({ unknown_key: 1 }), isRefused: true },
  { what: 'a dependency on nobody', entry: compose({ depends_on: ['nobody'] }), isRefused: false },
  {
    what: 'the extension of a missing file',
    entry: compose({ extends: { file: 'no.yml', service: 'x' } }),
    isRefused: false,
  },
  { what: 'an undeclared secret', entry: compose({ secrets: ['undeclared'] }), isRefused: false },
  { what: 'an undeclared config', entry: compose({ configs: ['undeclared'] }), isRefused: false },
  { what: 'half a character', entry: { ...container('echo'), env: { V: '\ud800' } }, isRefused: false },
];

/** Removes the container of a server by hand, and waits until another one serves. */
async function mustHeal(stack: Stack, hive: Running, serverName: string): Promise<void> {
  const before = (await stack.containers()).get(serverName) ?? '';
  await execa('docker', ['rm', '-f', before]);
  await hive.until(`${serverName} is made again`, ({ servers }) =>
    servers.some((it) => it.serverName === serverName && it.state === 'ready' && it.containerId !== before),
  );
}

/** Waits until an edit of a server has given it another container. */
async function mustEdit(stack: Stack, hive: Running, serverName: string, edit: () => void): Promise<void> {
  const before = (await stack.containers()).get(serverName);
  edit();
  await hive.until(`${serverName} is replaced`, ({ servers }) =>
    servers.some((it) => it.serverName === serverName && it.state === 'ready' && it.containerId !== before),
  );
}

for (const { what, entry, isRefused } of BAD)
  test(`${what} must stop neither edits nor repairs of other containers`, async (t) => {
    const [good, other] = [container('echo'), container('echo')];
    const stack = createStack(t, { servers: { good, other } });
    const hive = await stack.up();
    await Promise.all(['good', 'other'].map((name) => hive.untilServer(name, 'ready')));
    stack.save({ servers: { good, other, bad: entry } });
    if (isRefused)
      await hive.until('the edit is refused', ({ troubles }) =>
        troubles.some(({ about }) => about === 'edit'),
      );
    else await hive.untilServer('bad', 'failed');
    await mustHeal(stack, hive, 'other');
    const edited = { ...good, env: { EDITED: 'yes' } };
    const rest = isRefused ? {} : { bad: entry };
    await mustEdit(stack, hive, 'good', () => stack.save({ servers: { good: edited, other, ...rest } }));
  });

test('a line of .env that Compose would refuse must stop no repair, and the mended file be carried out', async (t) => {
  const [good, other] = [container('echo'), container('echo')];
  const stack = createStack(t, { servers: { good, other } });
  const hive = await stack.up();
  await Promise.all(['good', 'other'].map((name) => hive.untilServer(name, 'ready')));
  writeFileSync(join(stack.folder, '.env'), 'X="unclosed\n');
  await hive.until('it is refused', ({ troubles }) => troubles.some(({ about }) => about === 'edit'));
  await mustHeal(stack, hive, 'other');
  writeFileSync(join(stack.folder, '.env'), 'X="closed"\n');
  const edited = { ...good, env: { EDITED: '${X}' } };
  await mustEdit(stack, hive, 'good', () => stack.save({ servers: { good: edited, other } }));
  const { troubles } = await hive.control.status();
  assert.deepEqual(troubles, []);
});
