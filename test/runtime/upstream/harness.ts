import { fileURLToPath } from 'node:url';
import type { GatewayError } from '../../../src/errors.ts';
import type { Caller } from '../../../src/model/caller.ts';
import type { CallRequest, Reply, ServerNotification } from '../../../src/model/calls.ts';
import type { Inventory } from '../../../src/model/catalog.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { toJson } from '../../../src/model/text/json.ts';
import { openChild } from '../../../src/runtime/links/child.ts';
import type { ExitFacts, Link, LinkEvents } from '../../../src/runtime/links/link.ts';
import { connectUpstream } from '../../../src/runtime/upstream/connect-upstream.ts';
import type { Upstream, UpstreamOptions } from '../../../src/runtime/upstream/upstream.ts';
import { readEnvelope, slice } from '../../../src/wire/envelope.ts';

const SERVERS = fileURLToPath(new URL('../../servers', import.meta.url));
/** Longest wait for anything: a test that needs more is broken. */
const PATIENCE_MS = 60_000;

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Everything that an upstream has reported, and a way to wait for more. */
export interface Told {
  noise: [string, number][];
  stderr: string[];
  notifications: ServerNotification[];
  inventories: Inventory[];
  closed: [GatewayError, ExitFacts][];
  stale: GatewayError[];
  until(condition: () => boolean): Promise<void>;
}

export function listen(): {
  told: Told;
  handlers: Pick<
    UpstreamOptions,
    'onNoise' | 'onStderr' | 'onNotification' | 'onInventory' | 'onClosed' | 'onStale'
  >;
} {
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const check of waiting) check();
  };
  const told: Told = {
    noise: [],
    stderr: [],
    notifications: [],
    inventories: [],
    closed: [],
    stale: [],
    until: (condition) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`it never came that ${condition}`)), PATIENCE_MS);
        const check = (): void => {
          if (!condition()) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
  const into =
    <T>(list: T[]) =>
    (item: T): void => {
      list.push(item);
      tell();
    };
  const noise = into(told.noise);
  const closed = into(told.closed);
  return {
    told,
    handlers: {
      onNoise: (text, bytes) => noise([text, bytes]),
      onStderr: into(told.stderr),
      onNotification: into(told.notifications),
      onInventory: into(told.inventories),
      onClosed: (error, facts) => closed([error, facts]),
      onStale: into(told.stale),
    },
  };
}

export interface Connected {
  readonly upstream: Upstream;
  readonly told: Told;
}

export type Change = Partial<
  Pick<UpstreamOptions, 'timeouts' | 'maxInFlight' | 'clock' | 'signal' | 'open' | 'remembered' | 'callsOnly'>
>;

/** Starts one of test/servers as a child process. */
export const opener =
  (server: string, serverName = server) =>
  (events: LinkEvents): Promise<Link> =>
    openChild(
      { serverName, command: process.execPath, args: [`${SERVERS}/${server}.mjs`], env: {}, cwd: '/' },
      events,
    );

/** Connects to one of test/servers as a child process. */
export async function connect(server: string, change: Change = {}): Promise<Connected> {
  const { told, handlers } = listen();
  const timeouts = { start: 10_000, call: 10_000, callMax: 60_000 };
  const upstream = await connectUpstream({
    serverName: server,
    open: opener(server),
    timeouts,
    clock: realClock,
    ...handlers,
    ...change,
  });
  return { upstream, told };
}

export const tool = (args: unknown, meta?: unknown): CallRequest => ({
  method: 'tools/call',
  params: toJson({ name: 'x', arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }),
});

export const parse = (reply: Reply) => JSON.parse(reply.json.toString());

type Said = Readonly<Record<string, unknown>> & { readonly isRefusal?: boolean };

export interface Script {
  readonly open: (events: LinkEvents) => Promise<Link>;
  /** Every message sent, parsed. */
  readonly sent: { id?: number; method?: string; params?: Record<string, unknown> }[];
  /** Who sent each of them. */
  readonly callers: (Caller | undefined)[];
  /** Sends a message of the server; `isRefusal` as its link reports it. */
  say(message: Said): void;
  /** Sends the text of one message. */
  sayText(text: string): void;
  /** The link suspects that the server has forgotten the session. */
  suspectStale(): void;
  end(facts: ExitFacts): void;
}

/**
 * A server in memory, for behaviour that no real server shows on time. Answers by method. Methods without an
 * answer stay unanswered, except for `server/discover`.
 */
export function script(answers: Readonly<Record<string, (params: never) => object>>): Script {
  let events: LinkEvents | undefined;
  const sent: Script['sent'] = [];
  const callers: Script['callers'] = [];
  const pass = (bytes: Buffer, isRefusal?: boolean): void => {
    const envelope = readEnvelope(bytes);
    if (envelope) events?.message(bytes, envelope, undefined, isRefusal);
  };
  const say = ({ isRefusal, ...message }: Said): void =>
    pass(toJson({ jsonrpc: '2.0', ...message }), isRefusal);
  const send: Link['send'] = async (bytes, _headers, caller) => {
    callers.push(caller);
    const message = JSON.parse(slice(bytes, { start: 0, end: bytes.length }).toString());
    sent.push(message);
    const known = new Map(Object.entries({ ...LEGACY, ...answers }));
    const answer = known.get(message.method as string)?.(message.params as never);
    if (answer) queueMicrotask(() => say({ id: message.id, ...answer }));
  };
  return {
    sent,
    callers,
    say,
    sayText: (text) => pass(Buffer.from(text)),
    suspectStale: () => events?.suspectStale(),
    end: (facts) => events?.closed(facts),
    open: async (given) => {
      events = given;
      return { kind: 'child', send, close: async () => given.closed({}) };
    },
  };
}

/** The answer of a legacy server to the probe of the modern era. */
const LEGACY: Parameters<typeof script>[0] = {
  'server/discover': () => ({ error: { code: -32601, message: 'Method not found' } }),
};

export const HELLO = {
  initialize: () => ({
    result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's' } },
  }),
  'tools/list': () => ({ result: { tools: [] } }),
};
