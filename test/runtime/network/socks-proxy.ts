/** A proxy of SOCKS 5 for tests. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/**
 * Takes all names for 127.0.0.1. With `user`, wants that name and password.
 * @param answers are sent in place of its own, one a step
 */
export async function socks(
  t: TestContext,
  user?: readonly [string, string],
  answers: readonly Buffer[] = [],
) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    const script = [...answers];
    const reply = (own: number[]): void => void socket.write(script.shift() ?? Buffer.from(own));
    socket.on('error', () => {});
    void serve(socket, user, reply, asked);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  return { asked, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

type Reply = (own: number[]) => void;

async function serve(
  socket: Socket,
  user: readonly [string, string] | undefined,
  reply: Reply,
  asked: string[],
): Promise<void> {
  if (!(await authenticate(socket, user, reply))) return;
  const kind = (await bytes(socket, 4))[3];
  const host = kind === 3 ? await text(socket) : [...(await bytes(socket, kind === 1 ? 4 : 16))].join('.');
  const port = (await bytes(socket, 2)).readUInt16BE();
  asked.push(`${host}:${port}`);
  const onward = connect(port, '127.0.0.1', () => {
    // With a name as address: a client must read neither less nor more than the answer.
    reply([5, 0, 0, 3, 1, 120, 0, 0]);
    onward.pipe(socket).pipe(onward);
  }).on('error', () => reply([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]));
}

async function authenticate(
  socket: Socket,
  user: readonly [string, string] | undefined,
  reply: Reply,
): Promise<boolean> {
  const methods = await bytes(socket, (await bytes(socket, 2))[1] ?? 0);
  const wanted = user ? 2 : 0;
  reply([5, methods.includes(wanted) ? wanted : 0xff]);
  if (!user) return true;
  await bytes(socket, 1);
  const isRight = [await text(socket), await text(socket)].join() === user.join();
  reply([1, isRight ? 0 : 1]);
  return isRight;
}

const text = async (socket: Socket): Promise<string> =>
  (await bytes(socket, (await bytes(socket, 1))[0] ?? 0)).toString();

async function bytes(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = socket.read(count);
    if (chunk) return chunk;
    await once(socket, 'readable');
  }
}
