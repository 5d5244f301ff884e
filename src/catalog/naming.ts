/**
 * Public names of tools and prompts. A name is a pure function of the server's view and of the server's own
 * name, so it never depends on which other servers are up.
 */
import { createHash } from 'node:crypto';
import type { ServerView, ToolFilter } from '../model/desired.ts';

/**
 * Longest tool name that clients accept: model APIs take 64 characters, though the specification allows 128.
 */
const MAX_NAME_LENGTH = 64;
const DIGEST_LENGTH = 8;
/**
 * Characters outside the set that the specification allows in a tool name (2025-11-25, server/tools, Tool
 * Names).
 */
const FORBIDDEN = /[^A-Za-z0-9_.-]/gu;

/** The name under which clients see a tool; undefined if the view hides the tool. */
export function publicToolName(
  view: Pick<ServerView, 'prefix' | 'tools'>,
  toolName: string,
): string | undefined {
  if (!isShown(view.tools, toolName)) return undefined;
  const shown = Object.hasOwn(view.tools.rename, toolName) ? view.tools.rename[toolName] : toolName;
  return view.prefix === '' ? shown : safeName(`${view.prefix}_${shown}`);
}

/** The name of a tool or prompt with its prefix, before characters are replaced and the end is cut. */
export function fullName(
  kind: 'tools' | 'prompts',
  view: Pick<ServerView, 'prefix' | 'tools'>,
  name: string,
): string {
  const isRenamed = kind === 'tools' && Object.hasOwn(view.tools.rename, name);
  const shown = isRenamed ? view.tools.rename[name] : name;
  return view.prefix === '' ? `${shown}` : `${view.prefix}_${shown}`;
}

/**
 * The name under which clients see a prompt: prefixed, otherwise unchanged, as the specification restricts no
 * characters.
 */
export function publicPromptName(view: Pick<ServerView, 'prefix'>, promptName: string): string {
  return view.prefix === '' ? promptName : `${view.prefix}_${promptName}`;
}

/**
 * Applies the allow and deny lists: the server's own names, or patterns in which `*` matches any text. Deny
 * wins.
 */
export function isShown(filter: ToolFilter, toolName: string): boolean {
  const matches = (pattern: string) => matchesPattern(pattern, toolName);
  if (filter.deny?.some(matches)) return false;
  return filter.allow?.some(matches) ?? true;
}

/**
 * Matches a `*` pattern. Only the last `*` is ever retried, so the time is at most text length × pattern
 * length.
 */
function matchesPattern(pattern: string, text: string): boolean {
  let [p, t, star] = [0, 0, -1];
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/**
 * Replaces forbidden characters and cuts to length. An altered name ends in a digest of the full name, to
 * stay unique.
 */
function safeName(name: string): string {
  const allowed = name.replace(FORBIDDEN, '_');
  if (allowed === name && name.length <= MAX_NAME_LENGTH) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${allowed.slice(0, MAX_NAME_LENGTH - DIGEST_LENGTH - 1)}_${digest}`;
}
