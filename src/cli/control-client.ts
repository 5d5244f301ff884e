import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { Pool } from 'undici';
import { CODES, type Code, GatewayError } from '../errors.ts';
import type { GatewayStatus, LogEntry } from '../model/status.ts';

const ANSWER_TIMEOUT = 10_000;
/** No socket, one that a dead gateway left, or one that is dying at this moment. */
const NOBODY_THERE = /^(ENOENT|ENOTDIR|ECONNREFUSED|ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

/** The running gateway of a stack, asked over its control socket. */
export interface ControlClient {
  status(): Promise<GatewayStatus>;
  plan(): Promise<string>;
  /** Resolves once the restart has begun; rejects as the gateway does. */
  restart(serverName: string): Promise<void>;
  /** Resolves once the gateway has drained and released everything. */
  stop(): Promise<void>;
  logs(serverName: string | undefined, follow: boolean): AsyncIterable<LogEntry>;
  /** The status now, and again at each change, until the gateway ends or the caller breaks off. */
  events(): AsyncIterable<GatewayStatus>;
  close(): Promise<void>;
}

/** Undefined when no gateway listens there. */
export async function connectControl(socketPath: string): Promise<ControlClient | undefined> {
  const client = new Pool('http://hive', { socketPath, bodyTimeout: 0, headersTimeout: ANSWER_TIMEOUT });
  const control = createControl(client);
  try {
    await control.status();
    return control;
  } catch (error) {
    await client.destroy();
    if (NOBODY_THERE.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** @throws GatewayError NOT_RUNNING */
export async function requireControl(socketPath: string): Promise<ControlClient> {
  const control = await connectControl(socketPath);
  if (control) return control;
  throw new GatewayError('NOT_RUNNING', 'no gateway is running for this stack', {
    hint: 'start it: npx hive up -d',
  });
}

function createControl(client: Pool): ControlClient {
  const ask = async (method: 'GET' | 'POST', path: string): Promise<string> => {
    const { statusCode, body } = await client.request({ method, path });
    const text = await body.text();
    if (statusCode >= 400) throw failure(text);
    return text;
  };
  async function* lines<T>(path: string): AsyncIterable<T> {
    const { statusCode, body } = await client.request({ method: 'GET', path });
    if (statusCode >= 400) throw failure(await body.text());
    yield* jsonLines<T>(body);
  }
  return {
    status: async () => JSON.parse(await ask('GET', '/status')) as GatewayStatus,
    plan: async () => (JSON.parse(await ask('GET', '/plan')) as { plan: string }).plan,
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
    close: () => client.destroy(),
  };
}

/** A gateway that ends in the middle ends the lines; so does a reader who breaks off. */
async function* jsonLines<T>(body: Readable): AsyncIterable<T> {
  const decoder = new StringDecoder();
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    if (!/^(UND_ERR|ECONNRESET|EPIPE)/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

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
