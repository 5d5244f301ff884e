/** What a tool of a built-in server needs, as its definition says. */
import type { ToolRole } from '../model/access/access.ts';
import { ROLES, type Role } from '../model/access/role.ts';
import type { ServerView } from '../model/desired.ts';
import { ROLE_META } from '../model/operation.ts';
import type { Json } from '../model/text/json.ts';
import { DEFAULT_GRANT, roleNeeded } from './decide.ts';

interface Definition {
  readonly _meta?: Readonly<Record<string, unknown>>;
  readonly annotations?: { readonly readOnlyHint?: unknown };
}

/** Only for definitions of Hive's own: what others say of themselves gives nothing. */
export function toolRole(text: Json, { role: grant = DEFAULT_GRANT }: Pick<ServerView, 'role'>): ToolRole {
  const { _meta, annotations } = JSON.parse(text.toString()) as Definition;
  const role = ROLES.find((it: Role) => it === _meta?.[ROLE_META]);
  const effect = annotations?.readOnlyHint === true ? 'read' : 'change';
  return Object.freeze({ needs: roleNeeded({ role, effect }), grant });
}
