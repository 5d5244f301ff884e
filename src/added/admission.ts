/** Refuses an added server that could not run as it is, before anything is written. */
import { basename } from 'node:path';
import { GatewayError } from '../errors.ts';
import type { Server } from '../model/desired.ts';
import type { EngineState } from '../model/observed.ts';
import { unsetWords } from '../model/secrets/unset-words.ts';
import type { Stack } from '../model/stack.ts';

/**
 * @param stack as it would be with the server
 * @throws GatewayError SERVER_DECLARED, CONFIG_INVALID, VARIABLE_UNSET, or why there is no engine
 */
export function refuseBad(stack: Stack, serverName: string, engine: EngineState): void {
  const server = stack.servers.find((it) => it.serverName === serverName);
  const waiting = stack.waiting?.find((it) => it.serverName === serverName);
  if (waiting) {
    const isDeclared = server !== undefined || stack.off?.some((it) => it.serverName === serverName);
    throw isDeclared ? declaredError(serverName, stack) : waitingError(waiting);
  }
  if (!server) return;
  refuseUnset(server, stack);
  refuseWithoutEngine(server, engine);
}

/** The error for an entry that the file could not have either. */
export function waitingError({ reason, hint }: NonNullable<Stack['waiting']>[number]): GatewayError {
  return new GatewayError('CONFIG_INVALID', reason, { hint });
}

function declaredError(serverName: string, { servers, off = [], file }: Stack): GatewayError {
  const place = [...servers, ...off].find((it) => it.serverName === serverName)?.place;
  return new GatewayError('SERVER_DECLARED', `${file} declares a server ${serverName} itself`, {
    hint: 'choose another name, or edit the entry there',
    place,
  });
}

function refuseUnset({ serverName, unset: [first] }: Server, { file }: Stack): void {
  if (!first) return;
  const { message, hint } = unsetWords(first, basename(file));
  throw new GatewayError('VARIABLE_UNSET', `${message}, and ${serverName} uses it`, { hint });
}

function refuseWithoutEngine(server: Server, engine: EngineState): void {
  if (server.type !== 'container' || engine.state === 'ready' || server.view.start === 'lazy') return;
  if (engine.state === 'absent' && server.native) return;
  throw new GatewayError(engine.code, `${server.serverName} needs a container engine: ${engine.reason}`, {
    hint: engine.hint,
  });
}
