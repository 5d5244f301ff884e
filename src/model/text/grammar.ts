/** Grammars of names and paths that config files and container labels share. */

export const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
export const PREFIX = /^[A-Za-z0-9_-]{0,63}$/;
export const STACK_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Name of a view in the config file. */
export const VIEW_NAME = SERVER_NAME;
/** Name of a bearer token in the config file. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/;
/** Path of an HTTP server's endpoint, with a query if it has one. */
export const URL_PATH = /^\/\S*$/;

/**
 * Matches a `*` pattern. Only the last `*` is ever retried, so the time is at most text length × pattern
 * length.
 */
export function matchesPattern(pattern: string, text: string): boolean {
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

/** No server's name begins with it. */
const MARK = '?';

/** Scope of clients that see a view. Others: `''` for all servers, and a server's name. */
export const viewScope = (viewName: string): string => MARK + viewName;

/** The view that clients of the scope see; undefined if they see none. */
export const viewNameOf = (scope: string): string | undefined =>
  scope.startsWith(MARK) ? scope.slice(MARK.length) : undefined;
