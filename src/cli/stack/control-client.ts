import { existsSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { StringDecoder } from 'node:string_decoder';
import { CODES, type Code, GatewayError } from '../../errors.ts';
import type { OperationFacts } from '../../model/operation.ts';
import type { GatewayStatus, LogEntry } from '../../model/status.ts';

const ANSWER_TIMEOUT = 10_000;
/** No socket, one that a dead gateway left, or one that is dying at this moment. */
const NOBODY_THERE = /^(ENOENT|ENOTDIR|ECONNREFUSED|ECONNRESET|EPIPE)$/;

/** The running gateway of a stack, asked over its control socket. */
export interface ControlClient {
  status(): Promise<GatewayStatus>;
  plan(): Promise<string>;
  /** A bearer token for the gateway's MCP endpoint, good while it runs. */
  token(): Promise<string>;
  /** Resolves once the restart has begun; rejects as the gateway does. */
  restart(serverName: string): Promise<void>;
  /** Resolves once the gateway has drained and released everything. */
  stop(): Promise<void>;
  logs(serverName: string | undefined, follow: boolean): AsyncIterable<LogEntry>;
  /** The status now, and again at each change, until the gateway ends or the caller breaks off. */
  events(): AsyncIterable<GatewayStatus>;
  /** All operations of the gateway. */
  operations(): Promise<readonly OperationFacts[]>;
  /** Runs an operation, and rejects with its error. @returns the output as JSON, or as short text */
  runOperation(name: string, input: object, as: 'json' | 'text'): Promise<string>;
  close(): Promise<void>;
}

/** Undefined when no gateway listens there. */
export async function connectControl(socketPath: string): Promise<ControlClient | undefined> {
  if (!existsSync(socketPath)) return undefined;
  const control = createControl(openRequests(socketPath));
  try {
    await control.status();
    return control;
  } catch (error) {
    await control.close();
    if (NOBODY_THERE.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

interface Content {
  readonly body: string;
  readonly accept: string;
}

interface Requests {
  /** Resolves with the head of the answer; the body may take as long as it likes. */
  send(method: 'GET' | 'POST', path: string, content?: Content): Promise<IncomingMessage>;
  /** Cuts off whatever is under way. */
  close(): void;
}

/**
 * Plain requests over the unix socket: every command pays for what is loaded here before it does anything.
 */
function openRequests(socketPath: string): Requests {
  const live = new Set<ClientRequest>();
  return {
    send: (method, path, content) =>
      new Promise((resolve, reject) => {
        const headers = content ? { accept: content.accept } : {};
        const sent = request({ socketPath, method, path, headers, agent: false });
        live.add(sent);
        const timer = setTimeout(() => sent.destroy(silent()), ANSWER_TIMEOUT);
        sent.once('response', (response) => {
          clearTimeout(timer);
          resolve(response);
        });
        sent.on('error', reject);
        sent.once('close', () => {
          clearTimeout(timer);
          live.delete(sent);
        });
        sent.end(content?.body);
      }),
    close() {
      for (const sent of live) sent.destroy();
    },
  };
}

function silent(): GatewayError {
  return new GatewayError('NOT_RUNNING', `the gateway did not answer within ${ANSWER_TIMEOUT / 1000} s`, {
    hint: 'it may be stuck: npx hive down, or kill it and start it again',
  });
}

/** @throws GatewayError NOT_RUNNING */
export async function requireControl(socketPath: string): Promise<ControlClient> {
  const control = await connectControl(socketPath);
  if (control) return control;
  throw new GatewayError('NOT_RUNNING', 'no gateway is running for this stack', {
    hint: 'start it: npx hive up -d',
  });
}

function createControl(requests: Requests): ControlClient {
  const open: Requests['send'] = async (method, path, content) => {
    const response = await requests.send(method, path, content);
    if ((response.statusCode ?? 500) >= 400) throw failure(await textOf(response));
    return response;
  };
  const ask = async (...request: Parameters<Requests['send']>): Promise<string> =>
    textOf(await open(...request));
  async function* lines<T>(path: string): AsyncIterable<T> {
    yield* jsonLines<T>(await open('GET', path));
  }
  return {
    status: async () => JSON.parse(await ask('GET', '/status')) as GatewayStatus,
    plan: async () => (JSON.parse(await ask('GET', '/plan')) as { plan: string }).plan,
    token: async () => (JSON.parse(await ask('GET', '/token')) as { token: string }).token,
    restart: async (serverName) => void (await ask('POST', `/restart/${encodeURIComponent(serverName)}`)),
    async stop() {
      const goodbye = drainAll(lines('/events'));
      await ask('POST', '/stop');
      await goodbye;
    },
    logs: (serverName, follow) => {
      const name = serverName === undefined ? '' : `/${encodeURIComponent(serverName)}`;
      return lines(`/logs${name}${follow ? '?follow=1' : ''}`);
    },
    events: () => lines('/events'),
    operations: async () =>
      (JSON.parse(await ask('GET', '/api')) as { operations: OperationFacts[] }).operations,
    runOperation: (name, input, as) =>
      ask('POST', `/api/${encodeURIComponent(name)}`, { body: JSON.stringify(input), accept: ACCEPT[as] }),
    close: async () => requests.close(),
  };
}

/** A gateway that ends in the middle ends the lines; so does a reader who breaks off. */
async function* jsonLines<T>(body: IncomingMessage): AsyncIterable<T> {
  const decoder = new StringDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    if (!/^(ECONNRESET|EPIPE)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

const ACCEPT = { json: 'application/json', text: 'text/plain' } as const;

async function drainAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

function failure(text: string): GatewayError {
  try {
    const { code, message, hint } = JSON.parse(text) as { code: string; message: string; hint?: string };
    return new GatewayError(code in CODES ? (code as Code) : 'INTERNAL', message, { hint });
  } catch {
    return new GatewayError('INTERNAL', `the gateway answered: ${text.slice(0, 500)}`);
  }
}
