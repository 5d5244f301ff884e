/** A remote entry that leads back to this gateway would show its own tools to it, again and again. */
import { resolveReferences, unsetIn, type Values } from '../../model/references.ts';
import { isLoopback } from '../../model/text/loopback.ts';
import { type Checked, flagIn } from './checked.ts';

const isHere = (hostname: string): boolean =>
  isLoopback(hostname) || hostname === '[::]' || hostname === '0.0.0.0';

/** Paths at which a gateway speaks MCP. */
const ENDPOINT = /^\/(mcp|sse)(\/|$)/;

export function checkMirrors({ input, report }: Checked, values: Values): void {
  const { host = '127.0.0.1', port = 8001 } = input.settings.gateway ?? {};
  for (const entry of input.entries) {
    if (entry.kind !== 'remote' || entry.isPartial || unsetIn(entry.input.url, values).length > 0) continue;
    const url = URL.parse(resolveReferences(entry.input.url, values));
    if (url?.protocol !== 'http:' || Number(url.port || 80) !== Number(port)) continue;
    if (!ENDPOINT.test(url.pathname) || !(isHere(url.hostname) || url.hostname === host)) continue;
    flagIn(entry, report)(
      ['url'],
      `"url" of server "${entry.serverName}" is the address of this very gateway, which would mirror itself`,
      'remove the entry, or write the address of another server',
    );
  }
}
