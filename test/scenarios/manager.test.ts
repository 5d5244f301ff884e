/** `use: manager`: a real client creates, watches, stops and removes a server in a container. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV1, connectV2 } from '../helpers/clients.ts';
import { createStack } from '../helpers/hive.ts';

interface Found {
  readonly structuredContent: Record<string, unknown>;
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
}

const servers = { docker: { use: 'manager', max: { memory: '256m', servers: 2 } } };
const NAME = 'test-agent-server';

for (const connect of [connectV1, (url: string) => connectV2(url, 'auto')])
  test(`an agent manages a server in a container (${connect.name || 'modern'})`, async (t) => {
    const hive = await createStack(t, { servers }).up();
    await hive.untilServer('docker', 'ready');
    const agent = await connect(hive.url);
    const call = (name: string, args = {}) => agent.call(`docker_${name}`, args) as unknown as Promise<Found>;
    const textOf = ({ content }: Found): string => content.map(({ text }) => text).join('\n');

    const wish = { server_type: 'agent-mcp@1', server_name: NAME, env_vars: { LOG_LEVEL: 'DEBUG' } };
    const planned = await call('create_server', { ...wish, dry_run: true });
    assert.match(textOf(planned), new RegExp(NAME));
    const made = await call('create_server', { ...wish, limits: { memory: '1g' } });
    assert.equal(made.isError ?? false, false, textOf(made));
    assert.equal((made.structuredContent.tools as string[]).length, 2);
    await hive.untilServer(NAME, 'ready');

    const listed = await call('list_servers', { status: 'running', server_type: 'agent-mcp' });
    assert.deepEqual(
      (listed.structuredContent.servers as { server_name: string }[]).map((it) => it.server_name),
      [NAME],
    );
    assert.match(
      textOf(await call('get_server_status', { server_name: NAME })),
      /template agent-mcp 1 → 2 available/,
    );
    assert.equal(
      (await call('get_logs', { server_name: NAME, lines: 50, since: '2h' })).isError ?? false,
      false,
    );

    const updated = await call('update_server', { server_name: NAME, server_type: 'agent-mcp@2' });
    assert.equal(updated.isError ?? false, false, textOf(updated));
    assert.doesNotMatch(textOf(await call('get_server_status', { server_name: NAME })), /available/);

    await call('stop_server', { server_name: NAME });
    await hive.untilServer(NAME, 'stopped');
    await call('start_server', { server_name: NAME });
    await hive.untilServer(NAME, 'ready');
    await call('restart_server', { server_name: NAME });
    await hive.untilServer(NAME, 'ready');

    const declared = await call('remove_server', { server_name: 'docker' });
    assert.equal(declared.isError, true);
    const removed = await call('remove_server', { server_name: NAME, volumes: true });
    assert.equal(removed.isError ?? false, false, textOf(removed));
    const left = await call('list_servers');
    assert.deepEqual(left.structuredContent.servers, []);
    await agent.client.close();
  });
