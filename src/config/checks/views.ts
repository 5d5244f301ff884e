/** Rules for named views: the servers that they name. */
import { matchesPattern } from '../../model/text/grammar.ts';
import type { Finding } from '../source/report.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';
import type { Checked } from './checked.ts';

/** Each may be kept in memory once for each era of clients, as large as the whole catalog. */
const MAX_VIEWS = 100;

/** A view that names a server which the file does not have would show less than was meant. */
export function checkViews({ raw, input, report }: Checked): void {
  const { views = {}, gateway } = input.settings;
  const count = Object.keys(views).length;
  if (count > MAX_VIEWS) {
    const message = `the file has ${count} views, and ${MAX_VIEWS} are the most`;
    report.at(raw.main, ['views'], { of: 'key', message, hint: 'let clients share views' });
  }
  for (const [viewName, { servers }] of Object.entries(views)) {
    const at = ['views', viewName, 'servers'];
    if (servers?.length === 0) {
      const message = `view "${viewName}" names no server`;
      report.at(raw.main, at, { of: 'key', message, hint: 'name some, or leave `servers` out for all' });
    }
    // Servers that are discovered have names that the file does not know.
    if (!mayDiscover(gateway?.discover))
      for (const [index, name] of (servers ?? []).entries()) {
        const problem = unknownServer(name, viewName, raw);
        if (problem) report.at(raw.main, [...at, index], problem);
      }
  }
}

function unknownServer(name: string, viewName: string, raw: Checked['raw']): Finding | undefined {
  const { servers, absent = [] } = raw;
  // A damaged file of added servers must not stop those that the user's file declares.
  if (absent === 'unknown') return undefined;
  const known = [...servers.map(({ serverName }) => serverName), ...absent];
  if (name.includes('*') || known.includes(name)) return undefined;
  const near = similar(name, known);
  const hint = near ? `did you mean "${near}"?` : `known servers: ${known.join(', ') || 'none'}`;
  return { message: `view "${viewName}" names the server "${name}", which the file does not have`, hint };
}

const mayDiscover = (discover: unknown): boolean => `${discover ?? false}` !== 'false' && discover !== 'off';

/** An idle view, or an idle pattern of one. */
export interface IdleView {
  readonly path: KeyPath;
  /** A sentence. */
  readonly text: string;
}

/** Views, and patterns of views, that match no server of the file. */
export function idleViews({ raw, input }: Omit<Checked, 'report'>): IdleView[] {
  const { views = {}, gateway } = input.settings;
  if (mayDiscover(gateway?.discover)) return [];
  const on = input.entries.map(({ serverName }) => serverName);
  const known = raw.servers.map(({ serverName }) => serverName);
  const isIdle = (pattern: string, names: readonly string[]): boolean =>
    !names.some((name) => matchesPattern(pattern, name));
  return Object.entries(views).flatMap(([viewName, { servers = ['*'] }]) => {
    if (servers.every((pattern) => isIdle(pattern, on)))
      return [
        { path: ['views', viewName], text: `view "${viewName}" shows nothing: none of its servers is on` },
      ];
    return servers.flatMap((pattern, index) => {
      const text = `view "${viewName}" names ${pattern}, which no server is called`;
      return isIdle(pattern, known) ? [{ path: ['views', viewName, 'servers', index], text }] : [];
    });
  });
}
