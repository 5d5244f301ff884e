/** A client that calls random servers and checks every answer. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';

/** Longest time of any call in milliseconds: the timeouts of the stack, plus a margin for a busy machine. */
export const LONGEST_CALL = 90_000;

export interface Tally {
  right: number;
  /** Failed with an error of the gateway, or by a broken connection to it. */
  failed: number;
  abandoned: number;
  readonly wrong: string[];
  readonly foreign: string[];
  readonly hung: string[];
  readonly errors: Map<string, number>;
}

export const newTally = (): Tally => ({
  right: 0,
  failed: 0,
  abandoned: 0,
  wrong: [],
  foreign: [],
  hung: [],
  errors: new Map(),
});

interface Told {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly result?: { readonly structuredContent?: Record<string, unknown> };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface ChaosClient {
  readonly done: Promise<void>;
}

/**
 * Calls random servers until `over` returns true, and checks that each answer belongs to a call of this client. Aborts some
 * calls; if its session is gone, it opens another one under another name.
 */
export function startClient(
  clientName: string,
  random: Random,
  servers: readonly string[],
  url: () => string,
  over: () => boolean,
  tally: Tally,
): ChaosClient {
  let sessions = 0;
  let calls = 0;
  let session: string | undefined;
  let who = '';

  const fail = (reason: string): void => {
    tally.failed += 1;
    const key = reason.replace(/\d+/g, 'N').slice(0, 120);
    tally.errors.set(key, (tally.errors.get(key) ?? 0) + 1);
  };

  const open = async (): Promise<void> => {
    sessions += 1;
    who = `${clientName}.${sessions}`;
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: who, version: '1' },
    };
    const { response } = await post(url(), undefined, { id: 0, method: 'initialize', params });
    session = response.headers.get('mcp-session-id') ?? undefined;
  };

  const sizeOfCall = (): number =>
    random.next() < 0.03 ? random.between(100_000, 1_000_000) : random.between(0, 200);
  const thinkingTime = (): number => (random.next() < 0.1 ? random.between(1, 400) : 0);

  const callOnce = async (): Promise<void> => {
    calls += 1;
    const server = random.pick(servers);
    const id = `${who}#${calls}`;
    const told = { who, id, pad: 'x'.repeat(sizeOfCall()) };
    const leaves = random.next() < 0.03;
    const args = { ...told, ms: leaves ? 2_000 : thinkingTime() };
    const signal = AbortSignal.timeout(leaves ? random.between(1, 300) : LONGEST_CALL);
    const began = Date.now();
    try {
      const params = { name: `${server}_echo`, arguments: args };
      const { response, text } = await post(url(), session, { id, method: 'tools/call', params }, signal);
      if (response.status === 404) session = undefined;
      check(server, told, text);
    } catch (error) {
      if (leaves) tally.abandoned += 1;
      else if (Date.now() - began >= LONGEST_CALL) tally.hung.push(`${id} to ${server}`);
      else fail(`connection: ${(error as Error).message}`);
    }
  };

  const check = (server: string, told: { who: string; id: string; pad: string }, text: string): void => {
    const message = lastMessage(text);
    const got = message.result?.structuredContent;
    if (message.error || !got) fail(message.error?.message ?? `no result: ${text.slice(0, 80)}`);
    else compare(server, told, message.id, got);
  };

  const compare = (
    server: string,
    told: { who: string; id: string; pad: string },
    messageId: unknown,
    got: Record<string, unknown>,
  ): void => {
    const isMine = messageId === told.id && got.who === told.who;
    if (!isMine) tally.foreign.push(`${told.id} to ${server} got ${String(messageId)} of ${String(got.who)}`);
    else if (got.id !== told.id || got.pad !== told.pad) tally.wrong.push(`${told.id} to ${server}`);
    else if (server.startsWith('own') && got.first !== told.who)
      tally.foreign.push(`${told.id} shares ${server} with ${String(got.first)}`);
    else tally.right += 1;
  };

  const loop = async (): Promise<void> => {
    while (!over()) {
      try {
        if (!session) await open();
        if (session) await callOnce();
        else await delay(100);
      } catch (error) {
        session = undefined;
        fail(`connection: ${(error as Error).message}`);
        await delay(200);
      }
      if (random.next() < 0.002) await leave();
      // Clients pause between calls; otherwise two cores only carry bytes.
      await delay(random.between(0, 30));
    }
    if (session) await leave();
  };

  /** Half of the clients end their session with DELETE. */
  const leave = async (): Promise<void> => {
    if (session && random.next() < 0.5)
      await fetch(url(), {
        method: 'DELETE',
        headers: { 'mcp-session-id': session },
        signal: AbortSignal.timeout(LONGEST_CALL),
      }).catch(() => {});
    session = undefined;
  };

  return { done: loop() };
}

async function post(
  url: string,
  session: string | undefined,
  message: object,
  signal: AbortSignal = AbortSignal.timeout(LONGEST_CALL),
): Promise<{ response: Response; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session ? { 'mcp-session-id': session } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    signal,
  });
  return { response, text: await response.text() };
}

/** Result of a JSON answer, or of the last event of a stream. */
function lastMessage(text: string): Told {
  if (text.startsWith('{')) return JSON.parse(text) as Told;
  const data = text.split('\n').findLast((line) => line.startsWith('data: ')) ?? 'data: {}';
  return JSON.parse(data.slice(6)) as Told;
}
