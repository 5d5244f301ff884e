/** What a layer is tested with: a next layer that records calls, and instances made by hand. */
import type { Caller } from '../../../src/model/caller.ts';
import type { Call, CallLayer, CallRequest, CallServer, Reply } from '../../../src/model/calls.ts';
import type { Unit } from '../../../src/model/compiled.ts';
import { jsonText, toJson } from '../../../src/model/text/json.ts';
import type { Connections, Instance, InstanceIn } from '../../../src/runtime/instances/instance.ts';
import { callerOf } from '../../helpers/caller.ts';

export const resultOf = (json: string): Reply => ({ kind: 'result', json: jsonText(json) });
export const errorOf = (json: string): Reply => ({ kind: 'error', json: jsonText(json) });

/** One call that came through; the test answers it. */
export interface Passed {
  readonly serverName: string;
  readonly request: CallRequest;
  readonly caller: Caller;
  readonly cancelled: (string | undefined)[];
  /** Resolves once everybody has been told. */
  answer(reply: Reply): Promise<void>;
}

/** A layer over a next one that keeps all that it gets. */
export function under(layer: CallLayer): { call: CallServer; passed: Passed[] } {
  const { next, passed } = recorder();
  return { call: layer(next), passed };
}

export function recorder(): { next: CallServer; passed: Passed[] } {
  const passed: Passed[] = [];
  const next: CallServer = (serverName, request, caller): Call => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const cancelled: (string | undefined)[] = [];
    const answer = (reply: Reply): Promise<void> => {
      resolve(reply);
      return new Promise((done) => setImmediate(done));
    };
    passed.push({ serverName, request, caller, cancelled, answer });
    return { reply: promise, cancel: (reason) => void cancelled.push(reason) };
  };
  return { next, passed };
}

export const requestOf = (method: string, params?: object): CallRequest => ({
  method,
  params: params && toJson(params),
});

export const SESSION = callerOf({ sessionId: 'one' });
export const OTHER_SESSION = callerOf({ sessionId: 'other' });

/** Methods and params, as text, of what came through. */
export const textOf = (passed: readonly Passed[]): string[] =>
  passed.map(({ request: { method, params } }) => (params ? `${method} ${params}` : method));

/** An instance of the server `s` that serves over these connections. */
export const serving = (view: object, connections: object): InstanceIn<'ready'> =>
  ({
    instanceId: 's-1',
    serverName: 's',
    unit: unitOf(view),
    state: { phase: 'ready', connections: connections as Connections },
  }) as unknown as InstanceIn<'ready'>;

export const draining = (connections: object, keepsTasks = true): Instance =>
  ({
    instanceId: 's-0',
    serverName: 's',
    unit: unitOf({}),
    state: { phase: 'draining', keepsTasks, connections: connections as Connections },
  }) as unknown as Instance;

export const unitOf = (view: object): Unit =>
  ({
    server: { serverName: 's', view: { isolation: 'shared', start: 'eager', ...view } },
  }) as unknown as Unit;
