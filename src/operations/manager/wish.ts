/** What a client may say of a server that it creates or changes. */
import { z } from 'zod';
import { cpus, limit } from './wish-values.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

const volume = z.strictObject({
  host_path: z.string().min(1).optional().describe('only below hostPaths of the entry'),
  name: z.string().regex(NAME).optional().describe('of a named volume'),
  container_path: z.string().regex(/^\/[^:$]*$/),
  read_only: z.boolean().default(false),
});

/** Without defaults, so that a change says only what it changes. */
export const wishShape = {
  env_vars: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/), z.string())
    .optional()
    .describe('secrets as ${secret:NAME}'),
  volumes: z.array(volume).max(20).optional(),
  network: z.string().regex(NAME).optional().describe('isolated, none or a shared one'),
  ports: z
    .array(z.string().regex(/^(127\.0\.0\.1:)?(\d{1,5}:)?\d{1,5}$/))
    .max(20)
    .optional()
    .describe('HOST:CONTAINER, on this machine alone'),
  limits: z.strictObject({ cpus, memory: limit, pids: z.int().min(1).optional() }).optional(),
  parameters: z.record(z.string(), z.unknown()).optional().describe('of the template'),
  dry_run: z.boolean().default(false).describe('only show the plan'),
};

const wishes = z.object(wishShape);

/** What is kept of a server, so that it can be changed: all but `dry_run`. */
export type Wish = Omit<z.output<typeof wishes>, 'dry_run'>;

export type VolumeWish = z.output<typeof volume>;

/** A wish with changes: variables (an empty one goes) and parameters one by one, the rest as a whole. */
export function changedWish(before: Wish, { env_vars, parameters, ...rest }: Wish): Wish {
  const env = Object.entries({ ...before.env_vars, ...env_vars }).filter(([, value]) => value !== '');
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...before,
    ...set,
    ...((before.env_vars ?? env_vars) && { env_vars: Object.fromEntries(env) }),
    ...((before.parameters ?? parameters) && { parameters: { ...before.parameters, ...parameters } }),
  };
}
