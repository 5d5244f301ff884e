/** One raw connection: sends chunks, collects what comes, and sees that the server lets go of it. */
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

/** How long nothing must come before the client hangs up. */
const QUIET_MS = 8;
/** How long the server may take to end a connection whose client has ended it: on any machine, but less than an idle one may last. */
const END_MS = 60_000;

export interface Exchange {
  /** Bytes that were received, as Latin-1. */
  readonly received: string;
  /** False if the server kept the connection although its client had ended it. */
  readonly isEnded: boolean;
}

/** Each chunk costs a turn of the event loop: what comes after so many is sent at once. */
const MAX_CHUNKS = 1_500;
const fewer = (chunks: readonly Buffer[]): readonly Buffer[] =>
  chunks.length <= MAX_CHUNKS
    ? chunks
    : [...chunks.slice(0, MAX_CHUNKS), Buffer.concat(chunks.slice(MAX_CHUNKS))];

/** @param isReset true to break the connection off instead of ending it */
export async function exchange(port: number, chunks: readonly Buffer[], isReset: boolean): Promise<Exchange> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setNoDelay(true);
  let received = '';
  let lastAt = Date.now();
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    received += text;
    lastAt = Date.now();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const ended = new Promise<void>((resolve) => socket.on('end', () => resolve()));
  // A server that refuses what it reads may reset the connection.
  socket.on('error', () => {});
  for (const chunk of fewer(chunks)) {
    if (!socket.writable) break;
    socket.write(chunk);
    await turn();
  }
  while (Date.now() - lastAt < QUIET_MS && socket.readable)
    await new Promise((resolve) => setTimeout(resolve, 2));
  if (isReset) socket.resetAndDestroy();
  else socket.end();
  const timeout = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => timeout.resolve('late'), END_MS);
  const result = await Promise.race([closed, ended, timeout.promise]);
  clearTimeout(timer);
  socket.destroy();
  return { received, isEnded: result !== 'late' };
}
