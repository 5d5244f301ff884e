/**
 * Names of tools and prompts at the merged endpoint. They depend on the file and on the server's own names,
 * never on which other servers are up.
 */
import { createHash } from 'node:crypto';
import type { Definition } from '../model/catalog.ts';
import type { ServerView, ToolFilter } from '../model/desired.ts';
import { matchesPattern } from '../model/text/grammar.ts';
import { MAX_NAME_LENGTH, publicName } from '../model/text/public-name.ts';

const DIGEST_LENGTH = 8;

type Named = 'tools' | 'prompts';
interface View extends Pick<ServerView, 'prefix' | 'tools'> {
  /** Prefixes of other servers of the file that begin with this one. */
  readonly longerPrefixes?: readonly string[];
}

/**
 * The public names of a server's tools or prompts, by its own names. If several would have the same one, it
 * goes to the name that the file gives, else to the one that only got the prefix, else to the one that is it
 * already, and the others end in a digest. Filters do not count: they change no name.
 */
export function publicNames(kind: Named, view: View, names: readonly string[]): ReadonlyMap<string, string> {
  const wanted = Map.groupBy(names, (name) =>
    publicName(view.prefix, shownName(kind, view, name), view.longerPrefixes),
  );
  const found = new Map<string, string>();
  for (const [shown, claims] of wanted) {
    const winner = claims.length === 1 ? claims[0] : bestClaim(kind, view, shown, claims);
    for (const name of claims)
      found.set(name, name === winner || isRenamed(kind, view, name) ? shown : withDigest(shown, name));
  }
  return found;
}

/** The claim with the best reason; undefined if none is better than the others. */
function bestClaim(kind: Named, view: View, shown: string, claims: readonly string[]): string | undefined {
  return (
    claims.find((name) => isRenamed(kind, view, name)) ??
    claims.find((name) => fullName(kind, view, name) === shown) ??
    claims.find((name) => name === shown)
  );
}

function withDigest(shown: string, name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${shown.slice(0, MAX_NAME_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}

const isRenamed = (kind: Named, { tools }: Pick<ServerView, 'tools'>, name: string): boolean =>
  kind === 'tools' && Object.hasOwn(tools.rename, name);

/** The name in the server's own view: the one of the file, else the server's. */
export function shownName(kind: Named, view: Pick<ServerView, 'tools'>, name: string): string {
  return isRenamed(kind, view, name) ? (view.tools.rename[name] as string) : name;
}

/** The name with its prefix, before characters are replaced and the end is cut. */
export function fullName(kind: Named, view: View, name: string): string {
  const shown = shownName(kind, view, name);
  return view.prefix === '' ? shown : `${view.prefix}_${shown}`;
}

/**
 * Applies the allow and deny lists: the server's own names, or patterns in which `*` matches any text. Deny
 * wins.
 */
export function isShown(filter: Partial<ToolFilter>, toolName: string): boolean {
  const matches = (pattern: string) => matchesPattern(pattern, toolName);
  if (filter.deny?.some(matches)) return false;
  return filter.allow?.some(matches) ?? true;
}

/** Names that the lists let through and `readOnly` hides: of tools that do not say that they only read. */
export function hiddenByReadOnly(filter: ToolFilter, tools: readonly Definition[]): ReadonlySet<string> {
  if (!filter.readOnly) return new Set();
  const writing = tools.filter((it) => isShown(filter, it.key) && !isReadOnly(it));
  return new Set(writing.map(({ key }) => key));
}

/** A tool without the annotation may write, as the specification has it. */
function isReadOnly({ json }: Definition): boolean {
  const { annotations } = JSON.parse(json) as { annotations?: { readOnlyHint?: unknown } };
  return Object(annotations).readOnlyHint === true;
}
