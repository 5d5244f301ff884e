/** `use: registry`: real clients of both eras walk the way from a search to the removal of a server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV1, connectV2 } from '../helpers/clients.ts';
import { createStack, native } from '../helpers/hive.ts';

const TOOLS = [
  'registry_add',
  'registry_config_set',
  'registry_exec',
  'registry_info',
  'registry_list',
  'registry_refresh',
  'registry_remove',
  'registry_search',
];
const SQLITE = [
  'sqlite_append_insight',
  'sqlite_create_table',
  'sqlite_describe_table',
  'sqlite_list_tables',
  'sqlite_read_query',
  'sqlite_write_query',
];

interface Found {
  readonly structuredContent: Record<string, unknown>;
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
}

const textOf = ({ content }: Found): string => content.map(({ text }) => text).join('\n');

const servers = { catalogue: { use: 'registry', allow: ['docker/sqlite', 'hive/*'] }, echo: native('echo') };

for (const connect of [connectV1, (url: string) => connectV2(url, 'auto')])
  test(`an agent adds docker/sqlite, uses it, configures and removes it (${connect.name || 'modern'})`, async (t) => {
    const hive = await createStack(t, { servers }).up();
    await hive.untilServer('catalogue', 'ready');
    await hive.untilServer('echo', 'ready');
    const agent = await connect(hive.url);
    const call = (name: string, args = {}, timeout = {}) =>
      agent.call(name, args, timeout) as unknown as Promise<Found>;
    const names = async () => (await agent.client.listTools()).tools.map(({ name }) => name).sort();
    assert.deepEqual(
      (await names()).filter((it) => it.startsWith('registry')),
      TOOLS,
    );

    const found = await call('registry_search', { query: 'sqlite' });
    assert.match(textOf(found), /docker\/sqlite: SQLite \(Archived\)/);
    const info = await call('registry_info', { entry_id: 'docker/sqlite' });
    assert.match(
      textOf(info),
      /pypi mcp-server-sqlite 2025\.4\.25 with mcp<2, in a container that Hive builds/,
    );

    const wish = { entry_id: 'docker/sqlite', editor: 'zed', prefix: 'sqlite' };
    let added = await call('registry_add', wish);
    for (let again = 0; added.structuredContent?.state === 'starting' && again < 10; again++)
      added = await call('registry_add', wish);
    const text = textOf(added);
    assert.match(text, /^Successfully activated: SQLite \(Archived\)\n/, text);
    assert.match(text, /Tools discovered:\*\* 6 /);
    assert.match(text, /hive connect zed/);
    assert.deepEqual([...(added.structuredContent.tools as string[])].sort(), SQLITE);
    assert.deepEqual(
      (await names()).filter((it) => it.startsWith('sqlite')),
      SQLITE,
    );

    const exec = (tool_name: string, args: unknown = {}) =>
      call('registry_exec', { tool_name, arguments: args });
    assert.equal(textOf(await exec('sqlite_list_tables')), '[]');
    const made = await exec('sqlite_create_table', { query: 'CREATE TABLE bees (name TEXT)' });
    assert.match(textOf(made), /Table created successfully/);
    assert.match(textOf(await exec('sqlite_list_tables', '{}')), /bees/);
    const direct = await call('sqlite_list_tables');
    // The edge names itself in what a server of the older era answers directly.
    const { content, isError } = await exec('sqlite_list_tables');
    assert.deepEqual({ content, isError }, { content: direct.content, isError: direct.isError });

    const same = await call('registry_add', wish);
    assert.match(textOf(same), /Successfully activated/);
    const other = await call('registry_add', { ...wish, prefix: 'db' });
    assert.match(textOf(other), /code: ALREADY_ACTIVE\nfix: .*registry_config_set/);
    assert.equal(other.isError, true);

    const set = await call('registry_config_set', {
      entry_id: 'docker/sqlite',
      environment: { LOG_LEVEL: 'debug' },
    });
    assert.match(textOf(set), /^Successfully configured: SQLite \(Archived\) \(LOG_LEVEL\)/);
    assert.match(textOf(await exec('sqlite_list_tables')), /bees/);

    const removed = await call('registry_remove', { entry_id: 'docker/sqlite' });
    assert.match(textOf(removed), /^Successfully deactivated: SQLite \(Archived\)/);
    assert.deepEqual(
      (await names()).filter((it) => it.startsWith('sqlite')),
      [],
    );
    const gone = await exec('sqlite_list_tables');
    assert.match(textOf(gone), /code: TOOL_UNKNOWN/);
    await agent.client.close();
  });
