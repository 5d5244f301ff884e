/** Client of the control socket: what commands ask of the running gateway of a stack. */

import { existsSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { CODES, type Code, GatewayError } from '../../errors.ts';
import type { OperationFacts } from '../../model/operation.ts';
import type { GatewayStatus, LogEntry } from '../../model/status.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { isNamedPipe } from '../../model/text/engine-host.ts';
import type { CallFilter } from '../../model/watch/call-record.ts';
import type { CaptureState, ShownCall } from '../../model/watch/capture.ts';
import type { FoundLines, LogSearch } from '../../model/watch/log-search.ts';
import { type ControlRequests, jsonLines, openControlRequests } from './control-requests.ts';
import { type Typed, typedStatus } from './typing.ts';

/** There is no socket, or its gateway has died, or is dying at this moment. */
const NOT_SERVED = /^(ENOENT|ENOTDIR|ECONNREFUSED|ECONNRESET|EPIPE)$/;

export interface LogOptions {
  readonly follow?: boolean;
  /** Number of the newest entries to begin with. */
  readonly tail?: number | undefined;
  /** Unix milliseconds of the oldest entry. */
  readonly since?: number | undefined;
}

export interface CallsOptions extends Pick<LogOptions, 'follow' | 'tail'> {
  /** With arguments and results, where they are kept. */
  readonly show?: boolean;
  /** Only the call of this number. */
  readonly seq?: number | undefined;
}

/** Methods throw the GatewayError that the gateway reports, and NOT_RUNNING if it does not answer. */
export interface ControlClient {
  status(): Promise<GatewayStatus>;
  /** @param next absolute path of another version of the config file */
  plan(next?: string): Promise<string>;
  /** Has the gateway look again at its images. @returns the plan for what has changed */
  refresh(): Promise<string>;
  /** A bearer token for the gateway's MCP endpoint, valid while it runs. */
  token(): Promise<string>;
  /** Resolves when the restart has begun. */
  restart(serverName: string): Promise<void>;
  /** Resolves when the gateway has drained and released everything. */
  stop(): Promise<void>;
  /** Entries of these servers, or of all; with `follow` until the gateway ends or the caller stops. */
  logs(serverNames: readonly string[], options?: LogOptions): AsyncIterable<LogEntry>;
  /** Lines on disk, or in memory if the stack keeps none on disk. */
  searchLogs(search: LogSearch): Promise<FoundLines>;
  /** Calls that have ended; with `follow` also those that end, until the gateway ends or the caller stops. */
  calls(filter: CallFilter, options?: CallsOptions): AsyncIterable<ShownCall>;
  /** The capture that runs, if any. */
  capture(): Promise<CaptureState | undefined>;
  /** @param servers empty: all */
  startCapture(servers: readonly string[], ms: number): Promise<CaptureState>;
  /** Resolves with the capture that ran. */
  stopCapture(): Promise<CaptureState | undefined>;
  /** The status now, and again at each change, until the gateway ends or the caller stops. */
  events(): AsyncIterable<GatewayStatus>;
  /** All operations of the gateway. */
  operations(): Promise<readonly OperationFacts[]>;
  /** Runs an operation, and rejects with its error. @returns the output as JSON, or as short text */
  runOperation(name: string, input: object, as: 'json' | 'text'): Promise<string>;
  close(): Promise<void>;
}

/** Operations that build or pull an image, or wait for calls under way. */
const LONG: ReadonlySet<string> = new Set(['server_add', 'server_remove']);

const asWritten: Typed = (text) => text;

/**
 * Undefined if no gateway listens there. The caller must close the result.
 *
 * @param typed changes the commands in texts of the gateway
 */
export async function connectControl(
  socketPath: string,
  typed: Typed = asWritten,
): Promise<ControlClient | undefined> {
  if (!isNamedPipe(socketPath) && !existsSync(socketPath)) return undefined;
  const control = createControl(openControlRequests(socketPath), typed);
  try {
    await control.status();
    return control;
  } catch (error) {
    await control.close();
    if (isGone(error)) return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): string => String((Object(error) as { code?: unknown }).code);

const isGone = (error: unknown): boolean =>
  error instanceof GatewayError && NOT_SERVED.test(codeOf(error.cause));

/** Names a gateway that is gone. Other errors stay. */
function namingEnd(error: unknown): unknown {
  if (error instanceof GatewayError || !NOT_SERVED.test(codeOf(error))) return error;
  return new GatewayError('NOT_RUNNING', 'the gateway ended before it answered', {
    hint: 'start it: npx hive up -d',
    cause: error,
  });
}

async function named<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw namingEnd(error);
  });
}

/** The caller must close the result. @throws GatewayError NOT_RUNNING if no gateway listens there */
export async function requireControl(socketPath: string, typed: Typed = asWritten): Promise<ControlClient> {
  const control = await connectControl(socketPath, typed);
  if (control) return control;
  throw new GatewayError('NOT_RUNNING', 'no gateway is running for this stack', {
    hint: 'start it: npx hive up -d',
  });
}

function createControl(requests: ControlRequests, typed: Typed): ControlClient {
  const shown = (status: GatewayStatus): GatewayStatus => typedStatus(status, typed);
  const open: ControlRequests['send'] = async (method, path, content) => {
    const response = await named(requests.send(method, path, content));
    if ((response.statusCode ?? 500) >= 400) throw failure(await textOf(response));
    return response;
  };
  const ask = async (...request: Parameters<ControlRequests['send']>): Promise<string> =>
    named(textOf(await open(...request)));
  async function* lines<T>(path: string): AsyncIterable<T> {
    const response = await open('GET', path).catch((error: unknown) => {
      if (isGone(error)) return undefined;
      throw error;
    });
    if (response) yield* jsonLines<T>(response);
  }
  return {
    status: async () => shown(JSON.parse(await ask('GET', '/status')) as GatewayStatus),
    async plan(next) {
      const query = next === undefined ? '' : `?file=${encodeURIComponent(next)}`;
      return typed((JSON.parse(await ask('GET', `/plan${query}`)) as { plan: string }).plan);
    },
    refresh: async () => typed((JSON.parse(await ask('POST', '/refresh')) as { plan: string }).plan),
    token: async () => (JSON.parse(await ask('GET', '/token')) as { token: string }).token,
    restart: async (serverName) => void (await ask('POST', `/restart/${encodeURIComponent(serverName)}`)),
    async stop() {
      const ended = drain(lines('/events'));
      await ask('POST', '/stop');
      await ended;
    },
    logs: (serverNames, options) => lines(`/logs?${logQuery(serverNames, options)}`),
    searchLogs: async (search) =>
      JSON.parse(await ask('GET', `/logs/search?${searchQuery(search)}`)) as FoundLines,
    calls: (filter, options) => lines(`/calls?${callQuery(filter, options)}`),
    capture: async () => captureIn(await ask('GET', '/capture')),
    startCapture: async (servers, ms) =>
      captureIn(await ask('POST', `/capture/on?for=${ms}&${logQuery(servers)}`)) as CaptureState,
    stopCapture: async () => captureIn(await ask('POST', '/capture/off')),
    async *events() {
      for await (const status of lines<GatewayStatus>('/events')) yield shown(status);
    },
    operations: async () =>
      (JSON.parse(await ask('GET', '/api')) as { operations: OperationFacts[] }).operations,
    runOperation: (name, input, as) =>
      ask('POST', `/api/${encodeURIComponent(name)}`, {
        body: JSON.stringify(input),
        accept: ACCEPT[as],
        isLong: LONG.has(name),
      }),
    close: async () => requests.close(),
  };
}

function logQuery(serverNames: readonly string[], { follow, tail, since }: LogOptions = {}): string {
  const query = new URLSearchParams();
  for (const name of serverNames) query.append('server', name);
  if (follow) query.set('follow', '1');
  if (tail !== undefined) query.set('tail', String(tail));
  if (since !== undefined) query.set('since', String(since));
  return query.toString();
}

function searchQuery({ query, servers = [], limit, cursor }: LogSearch): string {
  const asked = new URLSearchParams({ limit: String(limit) });
  if (query) asked.set('query', query);
  for (const name of servers) asked.append('server', name);
  if (cursor !== undefined) asked.set('cursor', cursor);
  return asked.toString();
}

function callQuery({ servers = [], tool, outcome }: CallFilter, options: CallsOptions = {}): string {
  const query = new URLSearchParams(logQuery(servers, options));
  if (tool !== undefined) query.set('tool', tool);
  if (outcome !== undefined) query.set('outcome', outcome);
  if (options.show) query.set('show', '1');
  if (options.seq !== undefined) query.set('seq', String(options.seq));
  return query.toString();
}

const captureIn = (json: string): CaptureState | undefined =>
  (JSON.parse(json) as CaptureState | null) ?? undefined;

const ACCEPT = { json: 'application/json', text: 'text/plain' } as const;

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

function failure(text: string): GatewayError {
  try {
    const { code, message, hint } = JSON.parse(text) as { code: string; message: string; hint?: string };
    return new GatewayError(code in CODES ? (code as Code) : 'INTERNAL', message, { hint });
  } catch {
    return new GatewayError('INTERNAL', `the gateway answered: ${cutEnd(text, 500)}`);
  }
}
