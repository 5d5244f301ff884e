/** Name and prefix of an added server. A prefix that is taken is never changed silently. */
import { GatewayError } from '../../../errors.ts';
import type { ServerStatus } from '../../../model/status.ts';
import { SERVER_NAME } from '../../../model/text/grammar.ts';

/** @throws GatewayError USAGE, PREFIX_TAKEN with a free one */
export function requireFreePrefix(prefix: string, servers: readonly ServerStatus[]): void {
  if (!SERVER_NAME.test(prefix))
    throw new GatewayError('USAGE', `${prefix} cannot be a prefix: letters, digits, - and _, at most 63`, {
      hint: 'leave `prefix` out to get one from the id of the entry',
    });
  const taken = new Set(servers.flatMap((it) => [it.serverName, it.prefix ?? it.serverName]));
  if (!taken.has(prefix)) return;
  const owner = servers.find((it) => it.serverName === prefix || it.prefix === prefix);
  throw new GatewayError('PREFIX_TAKEN', `the prefix ${prefix} belongs to the server ${owner?.serverName}`, {
    hint: `free is: {"prefix":"${freePrefix(prefix, taken)}"}`,
  });
}

function freePrefix(prefix: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) {
    const candidate = `${/^.{1,58}/.exec(prefix)?.[0]}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
