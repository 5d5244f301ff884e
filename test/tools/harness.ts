/** A tool server of a few operations, spoken to in messages. */
import { z } from 'zod';
import { GatewayError } from '../../src/errors.ts';
import type { Caller } from '../../src/model/caller.ts';
import type { InProcessServer } from '../../src/model/in-process.ts';
import type { Operation, OperationContext } from '../../src/model/operation.ts';
import { operation } from '../../src/operations/operation.ts';
import { createRunner } from '../../src/tools/runner.ts';
import { createToolServer } from '../../src/tools/tool-server.ts';

export const VERSION = '2026-07-28';
export const MODERN = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
};

export const IDENTITY = { name: 'hive-test', title: 'Test', instructions: 'Call note_add.' };

/** One of the two is there. */
export interface Answer {
  readonly result: Record<string, unknown>;
  readonly error: unknown;
}

export interface Harness {
  readonly server: InProcessServer;
  readonly sent: { readonly message: Record<string, unknown>; readonly during: number | undefined }[];
  /** Contexts of the operations that ran, and a way to end `wait`. */
  readonly contexts: OperationContext[];
  finish(): void;
  /** Sends a request and resolves with its answer. */
  ask(method: string, params?: object, caller?: Caller): Promise<Answer>;
  notify(method: string, params?: object): void;
}

export function harness(): Harness {
  const contexts: OperationContext[] = [];
  const gate = Promise.withResolvers<void>();
  const runner = createRunner(operations(contexts, gate.promise));
  const sent: Harness['sent'] = [];
  const waiting = new Map<unknown, (message: Answer) => void>();
  const server = createToolServer(
    IDENTITY,
    runner,
  )((bytes, during) => {
    const message = JSON.parse(bytes.toString());
    sent.push({ message, during });
    waiting.get(message.id)?.(message);
  });
  let id = 0;
  return {
    server,
    sent,
    contexts,
    finish: gate.resolve,
    ask: (method, params, caller) => {
      id += 1;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(id, resolve);
      server.receive(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params })), caller);
      return promise;
    },
    notify: (method, params) =>
      server.receive(Buffer.from(JSON.stringify({ jsonrpc: '2.0', method, params }))),
  };
}

/** Three operations: `wait` ends when `gate` does. */
export function operations(contexts: OperationContext[], gate: Promise<void>): readonly Operation[] {
  return [
    operation({
      name: 'note_add',
      title: 'Add a note',
      summary: 'Adds a note.',
      effect: 'change',
      input: z.strictObject({
        text: z.string(),
        times: z.int().min(1).max(3).default(1),
        kind: z.enum(['idea', 'task']).optional(),
      }),
      output: z.object({ note: z.string(), by: z.string() }),
      run({ text, times }, context) {
        contexts.push(context);
        if (text === 'bad')
          throw new GatewayError('SERVER_UNKNOWN', 'no such text', { hint: 'write another' });
        if (text === 'broken') throw new TypeError('x is undefined');
        return { note: text.repeat(times), by: context.caller.principal };
      },
      text: ({ note }) => `added ${note}`,
    }),
    operation({
      name: 'note_drop',
      title: 'Drop a note',
      summary: 'Drops a note.',
      effect: 'destroy',
      input: z.strictObject({}),
      output: z.object({ cyclic: z.unknown() }),
      run() {
        const cyclic: Record<string, unknown> = {};
        cyclic.cyclic = cyclic;
        return { cyclic };
      },
      text: () => '',
    }),
    operation({
      name: 'wait',
      title: 'Wait',
      summary: 'Waits for the test.',
      effect: 'read',
      input: z.strictObject({}),
      output: z.object({}),
      async run(_, context) {
        contexts.push(context);
        context.progress({ progress: 1, total: 3, message: 'one' });
        context.progress({ progress: 1 });
        context.progress({ progress: 2 });
        await gate;
        context.progress({ progress: 3 });
        return {};
      },
      text: () => 'waited',
    }),
  ];
}
