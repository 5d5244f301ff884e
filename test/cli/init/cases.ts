/** Folders from which a first config is made. Files whose names begin with `~` are in the home. */
import type { Runners } from '../../../src/cli/init/examples.ts';

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly runners?: Runners;
}

const NONE: Runners = { npx: false, uvx: false, docker: false };
const SECRET = 'ghp_abcdefghijklmnopqrstu';

const json = (value: unknown): string => JSON.stringify(value, null, 2);
const git = { command: 'uvx', args: ['mcp-server-git'] };

export const CASES: Readonly<Record<string, Case>> = {
  nothing: { files: {} },
  'nothing and no runner': { files: {}, runners: NONE },
  '.mcp.json': {
    files: {
      '.mcp.json': json({
        mcpServers: { git, hub: { command: 'npx', args: ['hub'], env: { GITHUB_TOKEN: SECRET } } },
      }),
    },
  },
  '.vscode mcp.json': {
    files: {
      '.vscode/mcp.json': `{
  // Comments and trailing commas are usual there.
  "inputs": [{ "id": "api-key", "type": "promptString", "password": true }],
  "servers": {
    "search": { "type": "stdio", "command": "npx", "args": ["-y", "search"], "env": { "KEY": "\${input:api-key}" } },
    "local": { "command": "node", "args": ["\${workspaceFolder}/server.js"] },
    "docs": { "type": "http", "url": "https://docs.example/mcp" },
  },
}
`,
    },
  },
  'a Compose file of an application': {
    files: {
      'compose.yaml': `services:
  db: { image: "postgres:17", environment: { POSTGRES_PASSWORD: x } }
  web: { build: ., ports: ["8080:80"] }
  time: { image: mcp/time, stdin_open: true }
  search: { build: ./search-mcp, environment: { KEY: "\${SEARCH_KEY}" } }
  labelled: { image: mine, labels: ["mcp.type=http", "mcp.port=9000"] }
  compact: { image: mcpherson/web }
`,
      'search-mcp/Dockerfile': 'FROM scratch\n',
    },
  },
  'clients in the home': {
    files: {
      '~/.cursor/mcp.json': json({ mcpServers: { git } }),
      '~/.config/Claude/claude_desktop_config.json': json({
        globalShortcut: 'Ctrl+Space',
        mcpServers: { filesystem: { command: 'npx', args: ['-y', 'fs', '/home/me'] } },
      }),
      '~/.codex/config.toml': 'model = "x"\n[mcp_servers.linear]\nurl = "https://linear.example/mcp"\n',
      '~/.claude.json': json({
        numStartups: 3,
        projects: {
          FOLDER: { mcpServers: { mine: { command: 'mine' } } },
          '/elsewhere': { mcpServers: { theirs: { command: 'theirs' } } },
        },
      }),
      '~/.config/zed/settings.json': '{ "theme": "x" /* no servers */ }',
    },
  },
  'many clients that share servers': {
    files: {
      '.mcp.json': json({ mcpServers: { git } }),
      '.cursor/mcp.json': json({ mcpServers: { Git: git, other: { command: 'node', args: ['a.js'] } } }),
      '.vscode/mcp.json': json({
        servers: { git: { type: 'stdio', ...git }, other: { command: 'node', args: ['b.js'] } },
      }),
      '~/.cursor/mcp.json': json({ mcpServers: { hive: { url: 'http://127.0.0.1:8001/mcp' } } }),
    },
  },
  'files that cannot be used': {
    files: {
      '.mcp.json': '{ "mcpServers": { "a": ',
      '.cursor/mcp.json': '',
      '.vscode/mcp.json/x': 'a folder',
      '.gemini/settings.json': json({ mcpServers: { good: { command: 'good' } } }),
    },
  },
  'entries that Hive refuses': {
    files: {
      '.mcp.json': json({
        mcpServers: {
          good: { command: 'good' },
          both: { command: 'x && y' },
          address: { url: 'ftp://example/mcp' },
          nothing: { disabled: false },
        },
      }),
    },
  },
  'commands of Windows': {
    files: {
      '.mcp.json': json({
        mcpServers: {
          fs: { command: 'cmd', args: ['/c', 'npx', '-y', 'fs', 'C:\\Users\\me\\docs'] },
          time: { command: 'docker', args: ['run', '-i', '--rm', 'mcp/time'] },
        },
      }),
    },
  },
};
