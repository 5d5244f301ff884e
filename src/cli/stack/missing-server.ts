/** The error of a command that needs the name of a server and got none. */
import { GatewayError } from '../../errors.ts';

/** @param names the servers that may be named */
export function missingServer(command: string, names: readonly string[]): GatewayError {
  const [first] = names;
  const list = names.length > 0 ? `; servers: ${names.join(', ')}` : '; this stack has no such server';
  return new GatewayError('USAGE', `${command} needs the name of a server${list}`, {
    hint: first === undefined ? 'npx hive validate lists the servers' : `npx hive ${command} ${first}`,
  });
}
