/** Where clients keep their files, on the three systems; nothing here depends on the machine of the test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT_IDS, CLIENTS, clientOf } from '../../src/clients/clients.ts';
import type { Client, Machine } from '../../src/clients/data/client.ts';
import { isOfUser, placesOf, projectPaths, tracesOf, userPaths } from '../../src/clients/paths.ts';

const LINUX: Machine = { platform: 'linux', home: '/home/me', env: {} };
const MAC: Machine = { platform: 'darwin', home: '/Users/me', env: {} };
const WINDOWS: Machine = { platform: 'win32', home: 'C:\\Users\\me', env: {} };

const ROAMING = 'C:\\Users\\me\\AppData\\Roaming';
const SUPPORT = '/Users/me/Library/Application Support';

/** Paths on which @gleanwork/mcp-config-schema 5.2.0 and add-mcp 2.4.0 agree, or which one of them has alone. */
const AGREED: Readonly<Record<string, readonly [linux: string, darwin: string, win32: string]>> = {
  antigravity: [
    '/home/me/.gemini/config/mcp_config.json',
    '/Users/me/.gemini/config/mcp_config.json',
    'C:\\Users\\me\\.gemini\\config\\mcp_config.json',
  ],
  'claude-code': ['/home/me/.claude.json', '/Users/me/.claude.json', 'C:\\Users\\me\\.claude.json'],
  'claude-desktop': [
    '/home/me/.config/Claude/claude_desktop_config.json',
    `${SUPPORT}/Claude/claude_desktop_config.json`,
    `${ROAMING}\\Claude\\claude_desktop_config.json`,
  ],
  cline: [
    '/home/me/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    `${SUPPORT}/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`,
    `${ROAMING}\\Code\\User\\globalStorage\\saoudrizwan.claude-dev\\settings\\cline_mcp_settings.json`,
  ],
  codex: [
    '/home/me/.codex/config.toml',
    '/Users/me/.codex/config.toml',
    'C:\\Users\\me\\.codex\\config.toml',
  ],
  cursor: ['/home/me/.cursor/mcp.json', '/Users/me/.cursor/mcp.json', 'C:\\Users\\me\\.cursor\\mcp.json'],
  gemini: [
    '/home/me/.gemini/settings.json',
    '/Users/me/.gemini/settings.json',
    'C:\\Users\\me\\.gemini\\settings.json',
  ],
  goose: [
    '/home/me/.config/goose/config.yaml',
    '/Users/me/.config/goose/config.yaml',
    `${ROAMING}\\Block\\goose\\config\\config.yaml`,
  ],
  grok: ['/home/me/.grok/config.toml', '/Users/me/.grok/config.toml', 'C:\\Users\\me\\.grok\\config.toml'],
  junie: [
    '/home/me/.junie/mcp/mcp.json',
    '/Users/me/.junie/mcp/mcp.json',
    'C:\\Users\\me\\.junie\\mcp\\mcp.json',
  ],
  kilo: [
    '/home/me/.config/kilo/kilo.json',
    '/Users/me/.config/kilo/kilo.json',
    'C:\\Users\\me\\.config\\kilo\\kilo.json',
  ],
  'kimi-code': [
    '/home/me/.kimi-code/mcp.json',
    '/Users/me/.kimi-code/mcp.json',
    'C:\\Users\\me\\.kimi-code\\mcp.json',
  ],
  kiro: [
    '/home/me/.kiro/settings/mcp.json',
    '/Users/me/.kiro/settings/mcp.json',
    'C:\\Users\\me\\.kiro\\settings\\mcp.json',
  ],
  opencode: [
    '/home/me/.config/opencode/opencode.json',
    '/Users/me/.config/opencode/opencode.json',
    'C:\\Users\\me\\.config\\opencode\\opencode.json',
  ],
  vscode: [
    '/home/me/.config/Code/User/mcp.json',
    `${SUPPORT}/Code/User/mcp.json`,
    `${ROAMING}\\Code\\User\\mcp.json`,
  ],
  windsurf: [
    '/home/me/.codeium/windsurf/mcp_config.json',
    '/Users/me/.codeium/windsurf/mcp_config.json',
    'C:\\Users\\me\\.codeium\\windsurf\\mcp_config.json',
  ],
};

const client = (id: string): Client => {
  const found = clientOf(id);
  assert.ok(found, id);
  return found;
};

for (const [id, paths] of Object.entries(AGREED))
  test(`${id} must be found where other programs find it, on each system`, () => {
    assert.deepEqual(
      [LINUX, MAC, WINDOWS].map((machine) => userPaths(client(id), machine)[0]),
      paths,
    );
  });

test('every client must have one row, with a file or a place to paste', () => {
  assert.equal(new Set(CLIENT_IDS).size, CLIENT_IDS.length);
  assert.ok(CLIENT_IDS.length >= 33);
  for (const it of CLIENTS) {
    assert.match(it.id, /^[a-z][a-z-]*$/);
    assert.equal(userPaths(it, LINUX).length > 0, it.byHand === undefined, it.id);
    assert.ok(it.reload.length > 0 && it.key.length > 0, it.id);
    if (it.reference !== undefined) assert.match(it.reference, /NAME/, it.id);
  }
});

test('variables of the environment must move the files of clients that read them', () => {
  const machine = (env: Machine['env']): Machine => ({ ...LINUX, env });
  assert.deepEqual(userPaths(client('codex'), machine({ CODEX_HOME: '/c' })), ['/c/config.toml']);
  assert.deepEqual(userPaths(client('claude-code'), machine({ CLAUDE_CONFIG_DIR: '/c' })), [
    '/c/.claude.json',
  ]);
  assert.equal(userPaths(client('vscode'), machine({ XDG_CONFIG_HOME: '/x' }))[0], '/x/Code/User/mcp.json');
  assert.equal(
    userPaths(client('cursor'), machine({ XDG_CONFIG_HOME: '/x' }))[0],
    '/home/me/.cursor/mcp.json',
  );
  const windows = { ...WINDOWS, env: { APPDATA: 'D:\\Roaming', LOCALAPPDATA: 'D:\\Local' } };
  assert.equal(userPaths(client('zed'), windows)[0], 'D:\\Roaming\\Zed\\settings.json');
  assert.equal(userPaths(client('crush'), windows)[0], 'D:\\Local\\crush\\crush.json');
});

test('Zed on macOS must be looked for below ~/.config, not among the applications', () => {
  assert.deepEqual(userPaths(client('zed'), MAC), ['/Users/me/.config/zed/settings.json']);
});

test('an import must look in the project before the home, and at files that connect does not write', () => {
  const places = placesOf([client('vscode')], '/work', LINUX);
  assert.deepEqual(
    places.map(({ path }) => path),
    [
      '/work/.vscode/mcp.json',
      '/home/me/.config/Code/User/mcp.json',
      '/home/me/.config/Code/User/settings.json',
    ],
  );
  assert.deepEqual(projectPaths(client('zed'), 'C:\\work', WINDOWS), ['C:\\work\\.zed\\settings.json']);
});

test('a home must not count as the trace of a client whose file lies in it', () => {
  assert.deepEqual(tracesOf(client('claude-code'), LINUX), ['/home/me/.claude.json', '/home/me/.claude']);
  assert.deepEqual(tracesOf(client('cursor'), LINUX), ['/home/me/.cursor']);
  for (const it of CLIENTS) assert.ok(!tracesOf(it, LINUX).includes('/home/me'), it.id);
});

test('files of the user must be known, also those of extensions and profiles; files of a project must not', () => {
  const code = '/home/me/.config/Code/User';
  const roo = `${code}/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json`;
  const users = ['/home/me/.cursor/mcp.json', `${code}/mcp.json`, `${code}/profiles/a/mcp.json`, roo];
  for (const path of users) assert.ok(isOfUser(path, CLIENTS, LINUX), path);
  for (const path of ['/home/me/shop/.cursor/mcp.json', '/home/me/shop/.vscode/mcp.json'])
    assert.ok(!isOfUser(path, CLIENTS, LINUX), path);
});

test('a client must be found by its id, its title and the name by which people call it, in any case', () => {
  for (const [name, id] of [
    ['cursor', 'cursor'],
    ['Cursor', 'cursor'],
    ['CLAUDE', 'claude-code'],
    ['claude', 'claude-code'],
    ['VS Code', 'vscode'],
    ['code', 'vscode'],
    ['nothing', undefined],
    ['constructor', undefined],
  ] as const)
    assert.equal(clientOf(name)?.id, id, name);
});
