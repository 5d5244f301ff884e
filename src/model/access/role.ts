/** Roles of callers: each may do all that the roles before it may. */

/**
 * `read` sees lists, states and logs; `use` calls tools as well; `operate` adds, configures, starts, stops
 * and removes servers within the limits of the file; `admin` does all that the owner of the file does.
 */
export const ROLES = ['read', 'use', 'operate', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export const allows = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
