/** `hive stdio`: the gateway for a client that speaks only stdio. */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { StateDir } from '../runtime/memory/state-dir.ts';
import { createFramer } from '../wire/framing.ts';
import { METHOD } from '../wire/methods.ts';
import { type ControlClient, connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { openState } from './stack/state.ts';
import { GatewaySession } from './stdio/gateway-session.ts';
import { createMessageHeaders } from './stdio/message-headers.ts';
import { refuseFirstRequest } from './stdio/refuse.ts';
import { printError, printMessage } from './terminal/print.ts';
import { DetachedGateway } from './up/detach.ts';

export interface StdioOptions extends ConfigOption {
  readonly view?: string;
}

/** The gateway refuses a view of one server. */
function addressOf(url: string, serverName: string | undefined, view: string | undefined): string {
  const address = serverName === undefined ? url : `${url}/${serverName}`;
  return view === undefined ? address : `${address}?view=${encodeURIComponent(view)}`;
}

/**
 * Passes messages as bytes between stdin/stdout and a session of its own with the running gateway; starts a
 * gateway in the background if none runs. stdout carries messages only.
 *
 * @returns 0 when the client has ended its input, 1 when the gateway has ended
 */
export async function stdio(serverName: string | undefined, options: StdioOptions): Promise<number> {
  const { url, token } = await gatewayAccess(options).catch(refuse);
  const lost = Promise.withResolvers<string>();
  const session = new GatewaySession(addressOf(url, serverName, options.view), token, {
    message: printMessage,
    note: say,
    lost: lost.resolve,
  });
  const why = await Promise.race([forwardInput(session), lost.promise]);
  await session.close();
  if (why === undefined) return 0;
  say(why);
  // A client keeps its end open. The process would live on, and answer nothing.
  process.stdin.destroy();
  return 1;
}

/** @throws what it is given, once the client knows of it */
async function refuse(error: unknown): Promise<never> {
  await refuseFirstRequest(toGatewayError(error), printMessage);
  throw error;
}

async function gatewayAccess(options: ConfigOption): Promise<{ url: string; token: string }> {
  const file = stackFile(options);
  const state = await openState(file);
  const control = (await connectControl(state.socket)) ?? (await startGateway(file, state));
  const { url } = await control.status();
  const token = await control.token();
  await control.close();
  return { url, token };
}

/** @throws GatewayError CONFIG_NOT_FOUND; NOT_RUNNING with what the gateway printed, if it does not start */
async function startGateway(file: string, state: StateDir): Promise<ControlClient> {
  if (!existsSync(file))
    throw new GatewayError('CONFIG_NOT_FOUND', `there is no ${file}`, { hint: 'correct the path behind -c' });
  say('no gateway runs for this stack, starting one in the background');
  const gateway = new DetachedGateway(file, state, { containers: true, watch: true });
  const control = await gateway.listening();
  if (control) return control;
  throw new GatewayError('NOT_RUNNING', `the gateway could not start:\n${gateway.output()}`);
}

/**
 * Resolves when the client has ended its input and every request in it has been answered. A stdio client may
 * write on without waiting, but over HTTP the response to its first message brings the session that the
 * others need. Messages of 2026-07-28 need no session, and wait for nothing.
 */
async function forwardInput(session: GatewaySession): Promise<undefined> {
  const pending = new Set<Promise<void>>();
  const headersOf = createMessageHeaders();
  let first: Promise<void> | undefined;
  const framer = createFramer({
    message(bytes, envelope) {
      const modern = headersOf(bytes, envelope);
      const send = (): Promise<void> => session.send(bytes, envelope, modern);
      const sent = first && !modern ? first.then(send) : send();
      if (!modern) first ??= sent;
      // A subscription is answered when it ends, which is when this session ends.
      if (modern?.['mcp-method'] === METHOD.LISTEN) return;
      pending.add(sent);
      void sent.finally(() => pending.delete(sent));
    },
    noise: (text) => say(`this is not a message, and is ignored: ${text}`),
  });
  process.stdin.on('data', (chunk: Buffer) => framer.push(chunk));
  await once(process.stdin, 'end');
  framer.end();
  await Promise.all(pending);
}

function say(text: string): void {
  printError(`hive stdio: ${text}`);
}
