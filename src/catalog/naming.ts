/**
 * The names that clients see. Each is a pure function of a server's view and of the server's own name for the thing,
 * so no name ever depends on which other servers are up.
 */
import { createHash } from 'node:crypto';
import type { ServerView, ToolFilter } from '../model/desired.ts';

/** Clients refuse longer tool names (models' APIs take 64), though the specification would allow 128. */
const LONGEST_NAME = 64;
const DIGEST_LENGTH = 8;
/** What the specification allows in a tool name (2025-11-25, server/tools, Tool Names). */
const FORBIDDEN = /[^A-Za-z0-9_.-]/gu;

/** The name under which clients see a tool, or undefined when the view hides it. */
export function publicToolName(
  view: Pick<ServerView, 'prefix' | 'tools'>,
  toolName: string,
): string | undefined {
  if (!isShown(view.tools, toolName)) return undefined;
  const shown = Object.hasOwn(view.tools.rename, toolName) ? view.tools.rename[toolName] : toolName;
  return view.prefix === '' ? shown : safeName(`${view.prefix}_${shown}`);
}

/** The name under which clients see a prompt: prefixed, and otherwise free as the specification leaves it. */
export function publicPromptName(view: Pick<ServerView, 'prefix'>, promptName: string): string {
  return view.prefix === '' ? promptName : `${view.prefix}_${promptName}`;
}

/** Allow and deny lists hold the server's own names, or patterns in which `*` stands for anything. Deny wins. */
export function isShown(filter: ToolFilter, toolName: string): boolean {
  const matches = (pattern: string) => matchesPattern(pattern, toolName);
  if (filter.deny?.some(matches)) return false;
  return filter.allow?.some(matches) ?? true;
}

/** Glob match in linear time: only the last `*` seen is ever retried. */
function matchesPattern(pattern: string, text: string): boolean {
  let [p, t, star, resume] = [0, 0, -1, 0];
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

/** What had to be altered gets a digest of the full name, so that two names never become one. */
function safeName(name: string): string {
  const allowed = name.replace(FORBIDDEN, '_');
  if (allowed === name && name.length <= LONGEST_NAME) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  return `${allowed.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1)}_${digest}`;
}
