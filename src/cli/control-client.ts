import { createInterface } from 'node:readline';
import { Client } from 'undici';
import { CODES, type Code, GatewayError } from '../errors.ts';
import type { GatewayStatus, LogEntry } from '../model/status.ts';

const ANSWER_TIMEOUT = 10_000;

/** The running gateway of a stack, asked over its control socket. */
export interface ControlClient {
  status(): Promise<GatewayStatus>;
  plan(): Promise<string>;
  /** Resolves once the restart has begun; rejects as the gateway does. */
  restart(serverName: string): Promise<void>;
  /** Resolves once the gateway has said goodbye. */
  stop(): Promise<void>;
  logs(serverName: string | undefined, follow: boolean): AsyncIterable<LogEntry>;
  /** The status now, and again at each change, until the gateway ends or the caller breaks off. */
  events(): AsyncIterable<GatewayStatus>;
  close(): Promise<void>;
}

/** Undefined when no gateway listens there. */
export async function connectControl(socketPath: string): Promise<ControlClient | undefined> {
  const client = new Client('http://hive', { socketPath, bodyTimeout: 0, headersTimeout: ANSWER_TIMEOUT });
  const control = createControl(client);
  try {
    await control.status();
    return control;
  } catch (error) {
    await client.destroy();
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
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

function createControl(client: Client): ControlClient {
  const ask = async (method: 'GET' | 'POST', path: string): Promise<string> => {
    const { statusCode, body } = await client.request({ method, path });
    const text = await body.text();
    if (statusCode >= 400) throw failure(text);
    return text;
  };
  async function* lines<T>(path: string): AsyncIterable<T> {
    const { body } = await client.request({ method: 'GET', path });
    for await (const line of createInterface({ input: body })) if (line !== '') yield JSON.parse(line) as T;
  }
  return {
    status: async () => JSON.parse(await ask('GET', '/status')) as GatewayStatus,
    plan: () => ask('GET', '/plan'),
    restart: async (serverName) => void (await ask('POST', `/restart/${encodeURIComponent(serverName)}`)),
    stop: async () => void (await ask('POST', '/stop')),
    logs: (serverName, follow) => {
      const name = serverName === undefined ? '' : `/${encodeURIComponent(serverName)}`;
      return lines(`/logs${name}${follow ? '?follow=1' : ''}`);
    },
    events: () => lines('/events'),
    close: () => client.destroy(),
  };
}

function failure(text: string): GatewayError {
  try {
    const { code, message, hint } = JSON.parse(text) as { code: string; message: string; hint?: string };
    return new GatewayError(code in CODES ? (code as Code) : 'INTERNAL', message, { hint });
  } catch {
    return new GatewayError('INTERNAL', `the gateway answered: ${text.slice(0, 500)}`);
  }
}
