/** Where clients keep their MCP servers on this machine, and in a project. */
import { join } from 'node:path';

export interface Place {
  /** As it is typed: `--from claude-desktop`. */
  readonly client: string;
  /** Absolute. */
  readonly path: string;
}

interface Client {
  readonly client: string;
  /** Below the home. `code:` is the user folder of VS Code, `config:` the folder of applications. */
  readonly home: readonly string[];
  /** Below the folder of a project. */
  readonly project?: readonly string[];
}

const CLIENTS: readonly Client[] = [
  { client: 'vscode', home: ['code:mcp.json', 'code:settings.json'], project: ['.vscode/mcp.json'] },
  { client: 'cursor', home: ['.cursor/mcp.json'], project: ['.cursor/mcp.json'] },
  { client: 'claude-desktop', home: ['config:Claude/claude_desktop_config.json'] },
  { client: 'claude-code', home: ['.claude.json'], project: ['.mcp.json'] },
  { client: 'windsurf', home: ['.codeium/windsurf/mcp_config.json', '.codeium/mcp_config.json'] },
  { client: 'cline', home: ['code:globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'] },
  {
    client: 'roo',
    home: ['code:globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json'],
    project: ['.roo/mcp.json'],
  },
  { client: 'kiro', home: ['.kiro/settings/mcp.json'], project: ['.kiro/settings/mcp.json'] },
  { client: 'gemini', home: ['.gemini/settings.json'], project: ['.gemini/settings.json'] },
  { client: 'qwen', home: ['.qwen/settings.json'], project: ['.qwen/settings.json'] },
  { client: 'antigravity', home: ['.gemini/config/mcp_config.json', '.gemini/antigravity/mcp_config.json'] },
  { client: 'copilot', home: ['.copilot/mcp-config.json'] },
  { client: 'zed', home: ['.config/zed/settings.json'], project: ['.zed/settings.json'] },
  { client: 'codex', home: ['.codex/config.toml'], project: ['.codex/config.toml'] },
  {
    client: 'opencode',
    home: ['.config/opencode/opencode.json', '.config/opencode/opencode.jsonc'],
    project: ['opencode.json', 'opencode.jsonc'],
  },
  { client: 'goose', home: ['.config/goose/config.yaml'] },
  { client: 'continue', home: ['.continue/config.yaml'] },
  { client: 'amp', home: ['.config/amp/settings.json'] },
  { client: 'lm-studio', home: ['.lmstudio/mcp.json'] },
  { client: 'warp', home: ['.warp/.mcp.json'], project: ['.warp/.mcp.json'] },
  { client: 'trae', home: ['config:Trae/User/mcp.json'], project: ['.trae/mcp.json'] },
  { client: 'junie', home: ['.junie/mcp/mcp.json'], project: ['.junie/mcp/mcp.json'] },
  { client: 'crush', home: ['.config/crush/crush.json'], project: ['crush.json'] },
  { client: 'kilo', home: ['.config/kilo/kilo.json'], project: ['kilo.json'] },
  { client: 'factory', home: ['.factory/mcp.json'], project: ['.factory/mcp.json'] },
];

export const CLIENT_NAMES: readonly string[] = CLIENTS.map(({ client }) => client);

/** Every file that a client may have on this machine, whether it exists or not. */
export function placesOf(home: string, project: string, platform: NodeJS.Platform): Place[] {
  const applications = applicationFolder(home, platform);
  const absolute = (path: string): string => {
    if (path.startsWith('code:')) return join(applications, 'Code/User', path.slice('code:'.length));
    return path.startsWith('config:') ? join(applications, path.slice('config:'.length)) : join(home, path);
  };
  return CLIENTS.flatMap(({ client, home: own, project: local = [] }) => [
    ...local.map((path) => ({ client, path: join(project, path) })),
    ...own.map((path) => ({ client, path: absolute(path) })),
  ]);
}

function applicationFolder(home: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(home, 'AppData/Roaming');
  return platform === 'darwin' ? join(home, 'Library/Application Support') : join(home, '.config');
}
