/** Decides what a caller may do: role × operation × entry. Pure. */
import { type Access, OPEN, type ToolRole } from '../model/access/access.ts';
import { allows, ROLES, type Role } from '../model/access/role.ts';
import type { OperationFacts } from '../model/operation.ts';

/** Role that the entry of a built-in server grants, unless it names another. */
export const DEFAULT_GRANT: Role = 'operate';

/** Role of a token of the file that names none. */
export const DEFAULT_TOKEN_ROLE: Role = 'operate';

/** Role of an access token without a scope that stands for one. */
export const DEFAULT_SCOPE_ROLE: Role = 'use';

/** What a tool of a server that is not built in needs, and a resource, prompt or subscription of any. */
export const TO_USE: Role = 'use';

const lower = (a: Role, b: Role): Role => (allows(a, b) ? b : a);

/** Least role of a caller who may run the operation. */
export const roleNeeded = ({ role, effect }: Pick<OperationFacts, 'role' | 'effect'>): Role =>
  role ?? (effect === 'read' ? 'read' : DEFAULT_GRANT);

/** The role of the caller at a built-in server. Without authentication the entry alone counts. */
export function roleAt({ kind, role }: Access, grant: Role): Role {
  if (kind === 'owner') return role;
  return kind === 'open' ? grant : lower(role, grant);
}

/** Why a caller may not: `token` or `entry` has too low a role. */
export interface TooLow {
  readonly needs: Role;
  readonly has: Role;
  readonly where: 'token' | 'entry';
}

/**
 * Undefined if the caller may call the tool.
 * @param tool of a built-in server; undefined for whatever else clients may ask servers for
 */
export function whyTooLow(access: Access = OPEN, tool?: ToolRole): TooLow | undefined {
  const needs = tool?.needs ?? TO_USE;
  const has = tool ? roleAt(access, tool.grant) : access.role;
  if (allows(has, needs)) return undefined;
  const isToken = access.kind === 'token' && !allows(access.role, needs);
  return { needs, has, where: isToken ? 'token' : 'entry' };
}

/** True if the caller sees the tool in lists. Tools of other servers are seen from the role `read` on. */
export const isListed = (access: Access, tool: ToolRole | undefined): boolean =>
  tool === undefined || whyTooLow(access, tool) === undefined;

/** The highest of the roles; undefined for none. */
export const highest = (roles: readonly Role[]): Role | undefined =>
  ROLES.findLast((role) => roles.includes(role));
