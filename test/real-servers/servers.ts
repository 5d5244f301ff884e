/** Published servers that people use, with calls whose results are the same twice and need no account. */

export interface RealServer {
  readonly name: string;
  readonly from: 'npm' | 'pypi';
  readonly package: string;
  readonly version: string;
  /** Name of the program in the package; default: its first one. */
  readonly program?: string;
  /** `@work` stands for an empty folder of this run. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly calls?: readonly Call[];
  /** Members of the lists that the server itself makes anew at each start. */
  readonly varies?: RegExp;
  /** Also run in a container. */
  readonly inContainer?: true;
  /** Packages of Debian that its container needs. */
  readonly debian?: readonly string[];
  /** Requirements for pip beside the package itself: what its own leave open. */
  readonly beside?: readonly string[];
  /** Why it fails alone as well, where it does. */
  readonly fails?: string;
}

export interface Call {
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

const npm = (name: string, at: string, rest: Partial<RealServer> = {}): RealServer => ({
  name,
  from: 'npm',
  ...packageAt(at),
  ...rest,
});

const pypi = (name: string, at: string, rest: Partial<RealServer> = {}): RealServer => ({
  name,
  from: 'pypi',
  ...packageAt(at),
  ...rest,
});

function packageAt(text: string): { package: string; version: string } {
  const at = text.lastIndexOf('@');
  return { package: text.slice(0, at), version: text.slice(at + 1) };
}

/** Keys that no service accepts: the servers start with them, and fail only at a call. */
const KEY = 'not-a-key';

export const REAL_SERVERS: readonly RealServer[] = [
  npm('filesystem', '@modelcontextprotocol/server-filesystem@2026.8.31', {
    args: ['@work'],
    calls: [
      { tool: 'list_allowed_directories' },
      { tool: 'list_directory', arguments: { path: '@work' } },
      { tool: 'read_text_file', arguments: { path: '/etc/passwd' } },
    ],
    inContainer: true,
  }),
  npm('memory', '@modelcontextprotocol/server-memory@2026.8.31', {
    env: { MEMORY_FILE_PATH: '@work/memory.json' },
    calls: [{ tool: 'read_graph' }, { tool: 'search_nodes', arguments: { query: 'bee' } }],
    inContainer: true,
  }),
  npm('thinking', '@modelcontextprotocol/server-sequential-thinking@2026.8.31', {
    calls: [
      {
        tool: 'sequentialthinking',
        arguments: { thought: 'a', nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 },
      },
    ],
  }),
  npm('everything', '@modelcontextprotocol/server-everything@2026.8.31', {
    args: ['stdio'],
    calls: [
      { tool: 'echo', arguments: { message: 'ünï' } },
      { tool: 'get-sum', arguments: { a: 40, b: 2 } },
      { tool: 'get-structured-content', arguments: { location: 'Chicago' } },
    ],
    inContainer: true,
  }),
  npm('playwright', '@playwright/mcp@0.0.83', { args: ['--headless'], calls: [{ tool: 'browser_close' }] }),
  npm('chrome', 'chrome-devtools-mcp@1.11.0', { program: 'chrome-devtools-mcp' }),
  npm('context7', '@upstash/context7-mcp@4.1.1'),
  npm('notion', '@notionhq/notion-mcp-server@2.5.2', { env: { NOTION_TOKEN: KEY }, inContainer: true }),
  npm('firecrawl', 'firecrawl-mcp@3.26.0', { env: { FIRECRAWL_API_KEY: KEY } }),
  npm('tavily', 'tavily-mcp@0.2.22', { env: { TAVILY_API_KEY: KEY } }),
  npm('exa', 'exa-mcp-server@3.4.1', { env: { EXA_API_KEY: KEY } }),
  npm('supabase', '@supabase/mcp-server-supabase@0.13.0', {
    env: { SUPABASE_ACCESS_TOKEN: `sbp_${KEY}` },
    fails: 'it asks its API for its tools',
  }),
  npm('sentry', '@sentry/mcp-server@0.39.0', { env: { SENTRY_ACCESS_TOKEN: KEY } }),
  npm('stripe', '@stripe/mcp@0.3.3', {
    env: { STRIPE_SECRET_KEY: 'sk_test_none' },
    fails: 'it asks its API before it answers `initialize`',
  }),
  npm('mongodb', 'mongodb-mcp-server@3.0.4', {
    calls: [{ tool: 'list-databases' }, { tool: 'db-stats', arguments: { database: 'none' } }],
  }),
  npm('commander', '@wonderwhy-er/desktop-commander@0.2.52', { program: 'desktop-commander' }),
  npm('kubernetes', 'mcp-server-kubernetes@4.1.7'),
  npm('eslint', '@eslint/mcp@0.3.13', { calls: [{ tool: 'lint-files', arguments: { filePaths: [] } }] }),
  npm('figma', 'figma-developer-mcp@0.13.2', { args: ['--stdio'], env: { FIGMA_API_KEY: KEY } }),
  npm('brave', '@brave/brave-search-mcp-server@2.1.4', {
    args: ['--transport', 'stdio'],
    env: { BRAVE_API_KEY: KEY },
  }),
  npm('hubspot', '@hubspot/mcp-server@0.4.0', { env: { PRIVATE_APP_ACCESS_TOKEN: KEY } }),
  npm('heroku', '@heroku/mcp-server@1.2.8', {
    env: { HEROKU_API_KEY: KEY },
    fails: 'the release imports a file that its SDK does not have',
  }),
  pypi('fetch', 'mcp-server-fetch@2026.10.24', {
    calls: [{ tool: 'fetch', arguments: { url: 'http://127.0.0.1:9/none' } }],
    inContainer: true,
  }),
  pypi('git', 'mcp-server-git@2026.10.19', {
    calls: [{ tool: 'git_status', arguments: { repo_path: '@work' } }],
    inContainer: true,
    debian: ['git'],
  }),
  pypi('time', 'mcp-server-time@2026.10.19', {
    args: ['--local-timezone', 'UTC'],
    calls: [
      { tool: 'convert_time', arguments: { source_timezone: 'UTC', time: '99:00', target_timezone: 'UTC' } },
    ],
    inContainer: true,
  }),
  pypi('sqlite', 'mcp-server-sqlite@2025.4.25', {
    args: ['--db-path', '@work/test.db'],
    beside: ['mcp<2'],
  }),
  pypi('duckduckgo', 'duckduckgo-mcp-server@0.7.0'),
  pypi('arxiv', 'arxiv-mcp-server@0.8.2', { args: ['--storage-path', '@work'] }),
  pypi('neo4j', 'mcp-neo4j-cypher@0.6.0'),
  pypi('atlassian', 'mcp-atlassian@0.23.1', {
    env: { JIRA_URL: 'https://jira.invalid', JIRA_PERSONAL_TOKEN: KEY },
    varies: /"default":"[^"]*"/g,
  }),
  pypi('markitdown', 'markitdown-mcp@0.0.1a8', {
    calls: [{ tool: 'convert_to_markdown', arguments: { uri: 'data:text/plain,bees' } }],
  }),
  pypi('aws_docs', 'awslabs.aws-documentation-mcp-server@1.2.3'),
  pypi('excel', 'excel-mcp-server@2.2.2', { args: ['stdio'], inContainer: true }),
];
