/** Views: parts of the catalog that the config file names. `/mcp?view=NAME` shows one of them. */
import type { ToolFilter } from './desired.ts';

/** Frozen with its stack. */
export interface NamedView {
  readonly viewName: string;
  /** Names or `*` patterns of servers, in the order in which their tools are listed; absent for all. */
  readonly servers?: readonly string[];
  /** Filters by the names that clients of `/mcp` see. */
  readonly tools: Pick<ToolFilter, 'allow' | 'deny'>;
  /** Most tools that are listed; absent for all. */
  readonly limit?: number;
}

/** No server's name begins with it. */
const MARK = '?';

/** Scope of clients that see a view. Other scopes are `''` for all servers, and the name of one server. */
export const viewScope = (viewName: string): string => MARK + viewName;

/** The view that clients of the scope see; undefined if they see none. */
export const viewNameOf = (scope: string): string | undefined =>
  scope.startsWith(MARK) ? scope.slice(MARK.length) : undefined;
