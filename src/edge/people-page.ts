/** The page at `/` for people: what runs, how to connect a client, and links. Without scripts. */
import { createHash } from 'node:crypto';
import type { GatewayStatus, ServerStatus } from '../model/status.ts';

export interface PeoplePage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How one client is connected. */
export interface ConnectLine {
  readonly title: string;
  /** As it is typed. */
  readonly command: string;
  /** Opens the client, which asks whether to add the gateway. */
  readonly link?: string;
}

/** What the page says of connecting a client. */
export interface Connecting {
  /** Connects the clients that are found. */
  readonly command: string;
  readonly clients: readonly ConnectLine[];
}

/** Rows of one page. Stacks have fewer; discovered servers could be any number. */
const MAX_ROWS = 500;

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8884}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{overflow-x:auto}`;

const HEAD = '<tr><th>server</th><th>state</th><th>tools</th><th>why, and what to do</th></tr>';

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * @param url of `/mcp`
 */
export function peoplePage(
  url: string,
  status: GatewayStatus,
  views: readonly string[],
  { command, clients }: Connecting,
): PeoplePage {
  const { stack, servers } = status;
  const rows = servers.slice(0, MAX_ROWS).map(row).join('\n');
  const more = servers.length > MAX_ROWS ? `<p>and ${servers.length - MAX_ROWS} more</p>` : '';
  const ofViews = views.map(
    (name) => `<li><code>${text(`${url}?view=${encodeURIComponent(name)}`)}</code></li>`,
  );
  return page(`Hive: ${stack}`, [
    `<h1>Hive: ${text(stack)}</h1>`,
    `<table>${HEAD}\n${rows}</table>${more}`,
    `<h2>Connect a client</h2><pre>${text(command)}\n\n${text(entryFor(url))}</pre>`,
    ...clientTable(clients),
    `<p>One server: <code>${text(url)}/SERVER</code></p>`,
    ofViews.length > 0 ? `<h2>Views</h2><ul>${ofViews.join('')}</ul>` : '',
    '<p><a href="/health">health</a> · <a href="/ready">ready</a> · <a href="/metrics">metrics</a></p>',
  ]);
}

/** For readers without a token: nothing of the servers. */
export const tokenPage = (): PeoplePage =>
  page('Hive', ['<h1>Hive</h1>', '<p>This gateway needs a bearer token.</p>']);

/** @param reason says what there is not */
export const missingPage = (reason: string): PeoplePage =>
  page('Hive', [
    '<h1>Hive</h1>',
    `<p>${text(reason)}</p>`,
    '<p>What this gateway serves, and how to connect a client: <a href="/">its page</a></p>',
  ]);

function row({ serverName, state, counts, reason, detail, hint }: ServerStatus): string {
  const why = [reason ?? detail, hint && `fix: ${hint}`].filter(Boolean).join('; ');
  const cells = [serverName, state, String(counts.tools), why].map((it) => `<td>${text(it)}</td>`);
  return `<tr>${cells.join('')}</tr>`;
}

function clientTable(clients: readonly ConnectLine[]): string[] {
  if (clients.length === 0) return [];
  const rows = clients.map(clientRow).join('\n');
  return [`<details open><summary>Each client</summary><table>${rows}</table></details>`];
}

function clientRow({ title, command, link }: ConnectLine): string {
  const install = link === undefined ? '' : `<a href="${text(link)}">install</a>`;
  return `<tr><td>${text(title)}</td><td><code>${text(command)}</code></td><td>${install}</td></tr>`;
}

const entryFor = (url: string): string => `{ "mcpServers": { "hive": { "type": "http", "url": "${url}" } } }`;

function page(title: string, parts: readonly string[]): PeoplePage {
  const head = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${text(title)}</title>`;
  return {
    html: `${head}<style>${STYLE}</style></head><body>\n${parts.join('\n')}\n</body></html>\n`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      vary: 'accept',
    },
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Whatever a server wrote is shown as text. */
const text = (raw: string): string => raw.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
