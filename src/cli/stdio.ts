import { once } from 'node:events';
import { RPC } from '../rpc/codes.ts';
import { slice } from '../rpc/envelope.ts';
import { createFramer } from '../rpc/framing.ts';
import { errorObject, errorText } from '../rpc/message.ts';
import { openHttp } from '../runtime/links/http.ts';
import type { Link } from '../runtime/links/link.ts';
import { openStateDir } from '../runtime/state-dir.ts';
import { connectControl } from './control-client.ts';
import { startDetached, untilListening } from './detach.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';

const GOODBYE_MS = 1_000;

/**
 * The running gateway for a client that speaks only stdio: messages pass as bytes between stdin/stdout and a session of its own.
 * Starts a gateway in the background when none runs. stdout carries messages and nothing else.
 *
 * @returns 0 when the client ended its input, 1 when the gateway went away
 */
export async function stdio(options: ConfigOption & { readonly server?: string }): Promise<number> {
  const { url, token } = await gatewayAccess(stackFile(options));
  const lost = Promise.withResolvers<string>();
  const link = await openHttp(
    {
      url: options.server === undefined ? url : `${url}/${options.server}`,
      headers: { authorization: `Bearer ${token}` },
    },
    {
      message: (bytes) => void process.stdout.write(Buffer.concat([bytes, NEWLINE])),
      noise: (text) => say(text),
      stderr: (text) => say(text.trimEnd()),
      closed: ({ message }) => lost.resolve(message ?? 'the connection to the gateway ended'),
    },
  );
  const why = await Promise.race([forward(link), lost.promise]);
  await link.close(GOODBYE_MS);
  if (why === undefined) return 0;
  say(`hive stdio: ${why}`);
  return 1;
}

const NEWLINE = Buffer.from('\n');

async function gatewayAccess(file: string): Promise<{ url: string; token: string }> {
  const state = openStateDir(file);
  let control = await connectControl(state.socket);
  if (!control) {
    say('hive stdio: no gateway runs for this stack, starting one in the background');
    await startDetached(file, state, { containers: true });
    control = await untilListening(state.socket);
  }
  const { url } = await control.status();
  const token = await control.token();
  await control.close();
  return { url, token };
}

/**
 * Resolves when the client has ended its input and everything it asked for is answered. Over stdio a client may write on
 * without waiting; over HTTP the answer to its first message brings the session that the others need.
 */
async function forward(link: Link): Promise<undefined> {
  const sent = new Set<Promise<void>>();
  let first: Promise<void> | undefined;
  const framer = createFramer({
    message(bytes, { id, method }) {
      if (id && method && bytes.includes(MODERN)) return fallBack(slice(bytes, id));
      const send = () => link.send(bytes).catch((error: Error) => say(error.message));
      const one = first ? first.then(send) : send();
      first ??= one;
      sent.add(one);
      void one.finally(() => sent.delete(one));
    },
    noise: (text) => say(`not a message, ignored: ${text}`),
  });
  process.stdin.on('data', (chunk: Buffer) => framer.push(chunk));
  await once(process.stdin, 'end');
  framer.end();
  await Promise.all(sent);
}

/** In `_meta` of requests of 2026-07-28. */
const MODERN = Buffer.from('"io.modelcontextprotocol/protocolVersion"');

/** A client that tries the modern era first goes on with `initialize`, whose session this bridge is for. */
function fallBack(id: Buffer): void {
  const error = errorObject(
    RPC.METHOD_NOT_FOUND,
    'hive stdio speaks the versions that begin with initialize',
  );
  process.stdout.write(Buffer.concat([errorText(id, error), NEWLINE]));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
