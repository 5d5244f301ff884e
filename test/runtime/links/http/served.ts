/** A small server over HTTP in the test's own process, whose answers a test can bend. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { openHttpOrSse } from '../../../../src/runtime/links/http/http-or-sse.ts';
import type { Link } from '../../../../src/runtime/links/link.ts';
import { ask, type Collected, collect } from '../../../contract/collect.ts';

/** A request as the server has seen it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Returns true if it has answered; else the server answers as usual. */
export type Bend = (seen: Seen, response: ServerResponse) => boolean;

export interface Served {
  readonly origin: string;
  readonly seen: Seen[];
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** The usual result of any method. */
export const RESULT = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'served', version: '1' },
  tools: [],
  content: [{ type: 'text', text: 'grüezi' }],
};

/** JSON text of the usual answer to a request; undefined for a message that gets none. */
export function answerTo(body: string): string | undefined {
  const { id, method } = JSON.parse(body) as { id?: number; method?: string };
  if (id === undefined) return undefined;
  if (method === 'server/discover')
    return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } });
  return JSON.stringify({ jsonrpc: '2.0', id, result: RESULT });
}

/** Answers as a simple server without sessions and streams of its own. */
export function answer({ method, body }: Seen, response: ServerResponse): void {
  const text = method === 'POST' ? answerTo(body) : undefined;
  if (method !== 'POST') response.writeHead(405).end();
  else if (text === undefined) response.writeHead(202).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

export async function serve(t: TestContext, bend: Bend = () => false): Promise<Served> {
  const seen: Seen[] = [];
  const origin = await listen(t, async (request, response) => {
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: await textOf(request) };
    seen.push(one);
    if (!bend(one, response)) answer(one, response);
  });
  return { origin, seen };
}

/** Listens until the end of the test. Resolves with the origin. */
export async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Linked {
  readonly link: Link;
  readonly seen: Collected;
  /** The answer to a new request, as a value. */
  ask(method?: string): Promise<{ result?: unknown; error?: { message: string; data: { hint: string } } }>;
}

/** A link that is closed at the end of the test. */
export function link(t: TestContext, url: string, headers: Record<string, string> = {}): Linked {
  const seen = collect();
  const opened = openHttpOrSse({ url, headers, failFast: true }, seen.events);
  t.after(() => opened.close(0));
  let id = 100;
  return {
    link: opened,
    seen,
    async ask(method = 'tools/call') {
      id += 1;
      return JSON.parse((await ask(opened, seen, id, method, '{"a":1}')).toString());
    },
  };
}
