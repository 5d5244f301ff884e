/** The error for a call to a server that does not serve. */
import type { Reply } from '../../model/calls.ts';
import { describeState } from '../../model/status.ts';
import { RPC } from '../../wire/codes.ts';
import { errorObject } from '../../wire/message.ts';
import type { StatusBoard } from '../instances/status-board.ts';

/** Says why the server does not serve, and what to do about it. */
export function notServing(serverName: string, board: Pick<StatusBoard, 'get'>): Reply {
  const { state, reason, detail, hint, code } = board.get(serverName) ?? {};
  const why = reason ?? detail ?? 'it is not running';
  const message = `${serverName} ${describeState(state, why)}${hint ? `. Fix: ${hint}` : ''}`;
  const data = { server: serverName, state, code: state === 'stopped' ? 'SERVER_STOPPED' : code };
  return { kind: 'error', json: errorObject(RPC.NOT_SERVING, message, data) };
}
