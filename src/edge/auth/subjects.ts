/** Holders of access tokens, as principals with the role that their scopes give. */
import type { Access } from '../../model/access/access.ts';
import { ROLES, type Role } from '../../model/access/role.ts';
import type { Principal } from '../../model/caller.ts';
import type { OAuthSettings } from '../../model/stack.ts';
import { DEFAULT_SCOPE_ROLE, highest } from '../../policy/decide.ts';

const SUBJECT = 'sub:';

const ACCESS: ReadonlyMap<Role, Access> = new Map(
  ROLES.map((role) => [role, Object.freeze({ kind: 'token', role })]),
);

/** The issuer and the role are part of the principal: a subject of one issuer is nobody at another. */
export const subjectPrincipal = (issuer: string, subject: string, role: Role): Principal =>
  `${prefixOf(issuer, role)}${subject}`;

const prefixOf = (issuer: string, role: Role): string =>
  `${SUBJECT}${issuer}${role === DEFAULT_SCOPE_ROLE ? '' : `#${role}`} `;

/** True for the holder of an access token. */
export const isSubject = (principal: Principal): boolean => principal.startsWith(SUBJECT);

/** Undefined for a principal that is no subject of that issuer. */
export function subjectAccess(issuer: string, principal: Principal): Access | undefined {
  const role = ROLES.find((it) => principal.startsWith(prefixOf(issuer, it)));
  return role && ACCESS.get(role);
}

/** The highest role of which the token has the scope. */
export function roleOfScopes(
  { roles = {} }: Pick<OAuthSettings, 'roles'>,
  scopes: ReadonlySet<string>,
): Role {
  return highest(ROLES.filter((role) => scopes.has(roles[role] ?? `hive:${role}`))) ?? DEFAULT_SCOPE_ROLE;
}
