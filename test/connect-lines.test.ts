/** The lines of the page at `/` for each client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from '../src/clients/clients.ts';
import { connectLines } from '../src/connect-lines.ts';

const URL_OF_MCP = 'http://127.0.0.1:8001/mcp';
const linesOf = (needsToken: boolean) =>
  new Map(connectLines(URL_OF_MCP, (id) => `hive connect ${id}`, needsToken).map((it) => [it.title, it]));

test('each client must have its command', () => {
  const lines = [...linesOf(false).values()];
  assert.deepEqual(
    lines.map(({ command }) => command),
    CLIENTS.map(({ id }) => `hive connect ${id}`),
  );
});

test('the links of Cursor and VS Code must hold the entry', () => {
  const lines = linesOf(false);
  const cursor = new URL(lines.get('Cursor')?.link ?? '');
  assert.equal(cursor.href.split('?')[0], 'cursor://anysphere.cursor-deeplink/mcp/install');
  const config = Buffer.from(cursor.searchParams.get('config') ?? '', 'base64').toString();
  assert.deepEqual(JSON.parse(config), { url: URL_OF_MCP });
  const [begin, entry = ''] = lines.get('VS Code')?.link?.split('?') ?? [];
  assert.equal(begin, 'vscode:mcp/install');
  assert.deepEqual(JSON.parse(decodeURIComponent(entry)), { name: 'hive', type: 'http', url: URL_OF_MCP });
});

test('a gateway that asks for tokens must have no links, since an entry without one is refused', () => {
  assert.ok([...linesOf(true).values()].every(({ link }) => link === undefined));
});
