/** Checks that nobody else owns the state folder, or could put another one in its place. */
import { chmodSync, lstatSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { kindOf } from '../../files/fault.ts';

const PRIVATE = 0o700;
const OF_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Another user who owns the folder could replace the control socket and what Compose reads. Permissions that
 * are too wide are taken away.
 * @param uid the user that runs Hive; undefined on systems without user ids
 * @throws GatewayError STATE_FAILED
 */
export function requireOwnFolder(path: string, uid = process.getuid?.()): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw notOurs(`${path} is ${kindOf(found)}, not a folder`);
  if (uid !== undefined && found.uid !== uid)
    throw notOurs(`the state folder ${path} belongs to another user (uid ${found.uid})`);
  try {
    if ((found.mode & OF_OTHERS) !== 0) chmodSync(path, PRIVATE);
  } catch {
    // On a read-only disk nobody changes anything.
  }
}

const notOurs = (message: string): GatewayError =>
  new GatewayError('STATE_FAILED', message, {
    hint: 'run Hive as that user, or set HIVE_STATE_DIR to a folder of your own',
  });

/** Why another user could put a folder of theirs in the place of this one; undefined if nobody could. */
export function looseParent(path: string, uid = process.getuid?.()): string | undefined {
  const parent = dirname(path);
  const found = statSync(parent, { throwIfNoEntry: false });
  if (!found || uid === undefined) return undefined;
  const why = whyLoose(found, uid);
  return why && `the state folder's parent ${parent} ${why}, who could replace what Hive keeps`;
}

/** The same for what is known of the parent. */
export function whyLoose(
  { uid: owner, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  uid: number,
): string | undefined {
  if (owner !== uid && owner !== 0) return `belongs to another user (uid ${owner})`;
  if ((mode & STICKY) !== 0) return undefined;
  // Many systems give each user a group of their own, with the user's number.
  const loose = gid === owner ? 0o002 : WRITABLE_BY_OTHERS;
  return (mode & loose) === 0 ? undefined : 'can be written by other users';
}
