import { once } from 'node:events';
import { openHttp } from '../runtime/links/http/http.ts';
import type { Link } from '../runtime/links/link.ts';
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { type Envelope, member, slice, stringAt } from '../wire/envelope.ts';
import { createFramer } from '../wire/framing.ts';
import { METHOD, NOTIFICATION } from '../wire/methods.ts';
import { META, MODERN_VERSION } from '../wire/modern-names.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { startDetached, untilListening } from './up/detach.ts';

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
      note: say,
      doubt: () => lost.resolve('its session with the gateway is over'),
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
 * without waiting; over HTTP the answer to its first message brings the session that the others need. Messages of 2026-07-28 need
 * none, and wait for nothing.
 */
async function forward(link: Link): Promise<undefined> {
  const sent = new Set<Promise<void>>();
  const eraOf = createEras();
  let first: Promise<void> | undefined;
  const framer = createFramer({
    message(bytes, envelope) {
      const modern = eraOf(bytes, envelope);
      const send = () => link.send(bytes, modern).catch((error: Error) => say(error.message));
      const one = first && !modern ? first.then(send) : send();
      if (!modern) first ??= one;
      // A subscription is answered at its end, which is that of the connection.
      if (modern?.['mcp-method'] === LISTEN) return;
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

const LISTEN = METHOD.LISTEN;
const CANCELLED = NOTIFICATION.CANCELLED;

type ModernHeaders = Readonly<Record<string, string>>;

/**
 * What a message needs as headers if it is of the modern era; undefined for the others. A cancellation belongs to the era of what it cancels.
 */
function createEras(): (bytes: Buffer, envelope: Envelope) => ModernHeaders | undefined {
  /** Ids of modern requests, as written: the oldest are forgotten, they are answered long since. */
  const known = new Set<string>();
  return (bytes, { id, method, params }) => {
    const name = stringAt(bytes, method);
    if (name === undefined) return undefined;
    const version = stringAt(bytes, member(bytes, params, '_meta', META.version));
    const cancelled = name === CANCELLED ? member(bytes, params, 'requestId') : undefined;
    if (cancelled && known.has(slice(bytes, cancelled).toString()))
      return modernHeaders(MODERN_VERSION, name);
    if (version === undefined) return undefined;
    if (id) remember(known, slice(bytes, id).toString());
    return modernHeaders(version, name);
  };
}

const modernHeaders = (version: string, method: string): ModernHeaders => ({
  'mcp-protocol-version': version,
  'mcp-method': method,
});

const MAX_KNOWN = 1_000;

function remember(known: Set<string>, id: string): void {
  const [oldest] = known;
  if (oldest !== undefined && known.size >= MAX_KNOWN) known.delete(oldest);
  known.add(id);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
