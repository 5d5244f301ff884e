/** A connection that comes up serves; one that does not leaves nothing open, however late its link opens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { ServeInProcess } from '../../../src/model/in-process.ts';
import { createStatusBoard } from '../../../src/runtime/instances/status-board.ts';
import { createStatuses } from '../../../src/runtime/instances/statuses.ts';
import { openInProcess } from '../../../src/runtime/links/in-process.ts';
import type { Link } from '../../../src/runtime/links/link.ts';
import { createConnect } from '../../../src/runtime/steps/connect.ts';
import { table, unit } from '../instances/harness.ts';

const RESULTS: Readonly<Record<string, object>> = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's' } },
  'tools/list': { tools: [] },
};

/** A legacy server. */
const serve: ServeInProcess = (send) => ({
  receive(message) {
    const { id, method } = JSON.parse(String(message)) as { id?: number; method: string };
    const result = RESULTS[method];
    const reply = result ? { result } : { error: { code: -32601, message: 'no such method' } };
    if (id !== undefined) send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, ...reply })));
  },
  close: async () => {},
});

function world({ opened = Promise.resolve() } = {}) {
  const { clock, instances, events } = table();
  const board = createStatusBoard(clock);
  board.declare([unit()]);
  const statuses = createStatuses(board, instances, () => false);
  instances.onEvent(statuses.follow);
  const log: string[] = [];
  const links: Link[] = [];
  const open = async (events: Parameters<typeof openInProcess>[2]): Promise<Link> => {
    await opened;
    const link = openInProcess('files', serve, {
      ...events,
      closed(facts) {
        log.push('link closed');
        events.closed(facts);
      },
    });
    links.push(link);
    return link;
  };
  const connect = createConnect({
    ...{ clock, instances, board, statuses },
    links: {
      inspect: async () => undefined,
      open: (_instance, events) => open(events),
      openOwn: (_instance, events) => open(events),
    },
    logs: { add: (_name, _stream, text) => void log.push(text) },
    listings: {
      update: () => void log.push('listed anew'),
      updateLegacy: () => void log.push('listed anew for legacy clients'),
    },
    legacySessions: { see: () => false },
    eras: {
      recall: () => 'legacy',
      learn: () => {},
      isModernOnly: () => false,
      learnModernOnly: () => {},
      suspectStale: () => void log.push('era suspected'),
    },
    logLevels: { apply: () => void log.push('log level applied') },
    sharedUsers: { withUsers: (_instance, notification) => notification },
    subscriptions: { restore: () => void log.push('subscriptions restored'), leave: () => {} },
    onNotification: () => {},
    askClient: () => Promise.reject(new Error('no client')),
    reconnect: (_instance, why) => void log.push(`reconnect: ${why.message}`),
  });
  const instance = instances.begin(unit(), 'native');
  const abort = new AbortController();
  return {
    clock,
    instances,
    instance,
    connect: () => connect(instance, abort.signal),
    abort,
    board,
    log,
    links,
    events,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('an instance must serve once its server is initialized, with what earlier connections had', async () => {
  const { connect, instances, instance, board, log } = world();
  await connect();
  assert.equal(instances.serving('files'), instance);
  assert.deepEqual([board.get('files')?.state, board.get('files')?.link], ['ready', 'in-process']);
  assert.deepEqual(log, ['log level applied', 'subscriptions restored']);
});

test('a link that opens after the attempt was aborted must be closed', async () => {
  const gate = Promise.withResolvers<void>();
  const { connect, abort, instances, instance, log, links } = world({ opened: gate.promise });
  const connecting = connect();
  await turn();
  abort.abort();
  await assert.rejects(connecting);
  instances.end(instance);
  gate.resolve();
  await turn();
  assert.equal(links.length, 1);
  assert.deepEqual(log, ['link closed']);
});

test('a link that opens after the start has timed out must be closed, and the failure stay shown', async () => {
  const gate = Promise.withResolvers<void>();
  const { clock, connect, instances, instance, board, log } = world({ opened: gate.promise });
  const connecting = connect();
  await turn();
  clock.advance(1_000);
  await assert.rejects(connecting, { code: 'SERVER_TIMEOUT' });
  instances.failed(instance, new GatewayError('SERVER_TIMEOUT', 'too late'));
  gate.resolve();
  await turn();
  assert.deepEqual(log, ['link closed']);
  assert.equal(board.get('files')?.state, 'failed');
});

test('an instance whose connection ends must fail', async () => {
  const { connect, instance, log, links } = world();
  await connect();
  log.splice(0);
  await links[0]?.send(Buffer.from('this crashes the server'));
  await turn();
  assert.equal(instance.state.phase, 'failed');
  assert.deepEqual([log[0], log.length], ['link closed', 2]);
});
