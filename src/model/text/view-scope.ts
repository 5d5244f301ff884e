/** Scopes: what clients of an address see. `''` for all servers, a server's name, or that of a view. */

/** No server's name begins with it. */
const MARK = '?';

/** Scope of clients that see a view. */
export const viewScope = (viewName: string): string => MARK + viewName;

/** The view that clients of the scope see; undefined if they see none. */
export const viewNameOf = (scope: string): string | undefined =>
  scope.startsWith(MARK) ? scope.slice(MARK.length) : undefined;
