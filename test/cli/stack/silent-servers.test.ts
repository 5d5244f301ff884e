/** The answer of `hive logs` for servers without entries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSilent } from '../../../src/cli/stack/silent-servers.ts';

const containerId = '0123456789abcdef'.repeat(4);

test('a container whose engine keeps its output must be named with the command that shows it', () => {
  for (const server of [
    { serverName: 'web', type: 'discovered', link: 'http', containerId },
    { serverName: 'web', type: 'discovered', link: 'attach', containerId },
    { serverName: 'web', type: 'container', link: 'http', containerId },
  ] as const)
    assert.match(describeSilent(server), /^web has written nothing since .*: docker logs 0123456789ab$/);
});

test('other servers must not be looked for in the engine', () => {
  for (const server of [
    { serverName: 'a', type: 'native', link: 'child' },
    { serverName: 'a', type: 'container', link: 'pipe', containerId },
    { serverName: 'a', type: 'discovered' },
  ] as const)
    assert.equal(describeSilent(server), 'a has written nothing');
});
