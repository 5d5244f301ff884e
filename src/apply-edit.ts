/** Rules for an edit of the config while the gateway runs: its effects, refusals, needs of a restart. */
import { GatewayError, toGatewayError } from './errors.ts';
import type { Compiled } from './model/compiled.ts';
import { secretIn } from './model/secrets/secret-name.ts';
import type { DesiredGateway, Stack } from './model/stack.ts';

/** The address that the gateway listens on, as its config had it at the start. Fixed while it runs. */
export type BoundAddress = Pick<DesiredGateway, 'host' | 'port'>;

const RESTART = 'stop it (Ctrl-C, or npx hive down) and start it again: npx hive up';

/** Longest list of names in one line. */
const MAX_NAMES = 5;

/** The servers that an edit changed, in words: `a and b changed, c added`; empty if there are none. */
export function changedServers(before: Compiled, after: Compiled): string {
  if (before === after) return '';
  const [old, next] = [identities(before), identities(after)];
  const changed = [...next].filter(([name, it]) => old.has(name) && old.get(name) !== it);
  const parts = [
    [changed.map(([name]) => name), 'changed'],
    [[...next.keys()].filter((name) => !old.has(name)), 'added'],
    [[...old.keys()].filter((name) => !next.has(name)), 'removed'],
  ] as const;
  return parts
    .flatMap(([names, verb]) => (names.length === 0 ? [] : [`${listed(names)} ${verb}`]))
    .join(', ');
}

const identities = ({ units }: Compiled): Map<string, string> =>
  new Map(
    units.map(({ server, hash, viewHash, values }) => [
      server.serverName,
      JSON.stringify([hash, viewHash, values]),
    ]),
  );

function listed(names: readonly string[]): string {
  const shown = names.length > MAX_NAMES ? names.slice(0, MAX_NAMES - 1) : names.slice(0, -1);
  const last = names.length > MAX_NAMES ? `${names.length - shown.length} others` : names.at(-1);
  return shown.length === 0 ? `${last}` : `${shown.join(', ')} and ${last}`;
}

/** @throws GatewayError CONFIG_INVALID, SECRETS_FAILED if the edit may not be applied while it runs */
export function refuseUnsafeEdit(before: Stack, after: Stack, bound: BoundAddress): void {
  refuseRename(before, after);
  refuseOpenAddress(before, after, bound);
  refuseLostSecrets(before, after);
}

/** Containers, networks and volumes carry the stack's name: under another name they would be left behind. */
function refuseRename(before: Stack, after: Stack): void {
  if (before.name === after.name) return;
  throw new GatewayError(
    'CONFIG_INVALID',
    `the stack cannot change its name from ${before.name} to ${after.name} while it runs`,
    { hint: `name it ${before.name} again, run \`npx hive down\`, then change the name` },
  );
}

/**
 * A new host takes effect at the next start, a removed `auth` at once. Together they would open the old
 * address, which others may reach, to everyone.
 */
function refuseOpenAddress(before: Stack, after: Stack, bound: BoundAddress): void {
  if (!before.auth || after.auth || after.gateway.host === bound.host) return;
  throw new GatewayError(
    'CONFIG_INVALID',
    `\`auth\` cannot be removed while the gateway still listens on ${bound.host}`,
    { hint: RESTART },
  );
}

/** A store that cannot be read now must not stop servers that have their secrets. */
function refuseLostSecrets(before: Stack, after: Stack): void {
  const had = new Set(before.servers.filter((it) => it.unset.length === 0).map((it) => it.serverName));
  for (const { serverName, unset } of after.servers)
    for (const { variable, trouble } of unset)
      if (trouble && had.has(serverName))
        throw new GatewayError(
          'SECRETS_FAILED',
          `the secret ${secretIn(variable)} of ${serverName} cannot be read: ${trouble.message}`,
          { hint: trouble.hint },
        );
}

/**
 * Names the keys of `gateway` that take effect at the next start only, since clients are connected to the old
 * address. Empty if there are none.
 *
 * @param url where the gateway listens now
 */
export function restartNotice(
  { stack, wanted }: { readonly stack: Stack; readonly wanted: { readonly file: string } },
  bound: BoundAddress,
  url: string,
): string {
  const keys = (['host', 'port'] as const).filter((key) => stack.gateway[key] !== bound[key]);
  if (keys.length === 0) return '';
  const changes = keys.map((key) => `gateway.${key} is ${stack.gateway[key]}`).join(' and ');
  const notice = `${changes} in ${wanted.file} now, but this gateway stays at ${url} until it is restarted`;
  return `${notice}\n  fix: ${RESTART}`;
}

/** What another version of the file would change only at the next start of the gateway; empty for nothing. */
export function restartFor(
  before: Stack,
  next: Parameters<typeof restartNotice>[0],
  bound: BoundAddress,
  url: string,
): string {
  const notice = restartNotice(next, bound, url);
  try {
    refuseUnsafeEdit(before, next.stack, bound);
    return notice;
  } catch (error) {
    const { message, hint } = toGatewayError(error);
    return [`${message}\n  fix: ${hint}`, notice].filter((part) => part !== '').join('\n');
  }
}
