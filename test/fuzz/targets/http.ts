/** Fuzzes the gateway's HTTP: raw connections to a real edge in this process. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { silentLog } from '../../../src/log.ts';
import type { CallServer } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { openSession, post, send, source, startEdge } from '../../edge/harness.ts';
import { parts } from '../../edge/modern/modern-edge.ts';
import { bytesHeld } from '../../helpers/bytes-held.ts';
import { bytesOf, type Cuts, chunksOf, cuts } from '../byte-text.ts';
import { exchange } from '../http/connection.ts';
import { conversation, SESSION } from '../http/requests.ts';
import { readResponses } from '../http/responses.ts';
import type { Checker, Target } from '../target.ts';

interface Client {
  /** Bytes that it sends. */
  readonly bytes: string;
  readonly cuts: Cuts;
  readonly isReset: boolean;
}

const client: fc.Arbitrary<Client> = fc.record({
  bytes: conversation,
  cuts,
  isReset: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
});

/** Most bytes that a run may add to what the process holds: the sessions that it opened are in it. */
const MAX_GROWTH_BYTES = 64 << 20;

export const httpTarget: Target<readonly Client[]> = {
  name: 'http',
  oracle:
    'whatever bytes clients send, each gets valid HTTP responses without an internal error or a closed connection, a request of another client is answered rightly meanwhile, and memory stays bounded',
  inputs: fc.array(client, { minLength: 1, maxLength: 12 }),
  open: openHttp,
};

const echo: CallServer = (_server, { params }) => ({
  reply: Promise.resolve({ kind: 'result', json: jsonText(`{"content":[],"params":${params ?? '{}'}}`) }),
  cancel: () => {},
});

async function openHttp(): Promise<Checker<readonly Client[]>> {
  const problems: unknown[] = [];
  const note = (thrown: unknown): void => void problems.push(thrown);
  const log = Object.assign(Object.create(silentLog), { error: note, fatal: note });
  const closers: (() => unknown)[] = [];
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
  const scope = { after: (close: () => unknown) => void closers.push(close) };
  const { url } = await startEdge(scope, { sources: [source('s', parts)], call: echo, log });
  const port = Number(new URL(url).port);
  const session = await openSession(url);
  let before: number | undefined;
  return {
    async check(clients) {
      const sent = await openSession(url);
      await Promise.all(clients.map((it) => checkClient(port, sent['mcp-session-id'], it)));
      await checkOther(url, session);
      await send(url, { method: 'DELETE', headers: sent });
      if (problems.length > 0) throw problems.splice(0)[0];
    },
    settle() {
      const held = bytesHeld();
      before ??= held;
      assert.ok(
        held - before < MAX_GROWTH_BYTES,
        `the process holds ${held - before} bytes more than at first`,
      );
    },
    async close() {
      for (const close of closers) await close();
      process.off('uncaughtException', note);
      process.off('unhandledRejection', note);
    },
  };
}

async function checkClient(
  port: number,
  sessionId: string,
  { bytes, cuts: where, isReset }: Client,
): Promise<void> {
  const sent = bytesOf(bytes.replaceAll(SESSION, sessionId));
  const { received, isEnded } = await exchange(port, chunksOf(sent, where), isReset);
  assert.ok(isEnded, 'the connection must end when its client ends it');
  for (const { status, body } of readResponses(received, /HEAD/i.test(bytes))) {
    assert.ok(status < 500 || status === 505, `${status} ${body}`);
    if (body.startsWith('{') && status >= 400) assert.ok(JSON.parse(bytesOf(body).toString()).error, body);
  }
}

/** A client that did nothing wrong. */
async function checkOther(url: string, session: Record<string, string>): Promise<void> {
  const request = {
    jsonrpc: '2.0',
    id: 'é',
    method: 'tools/call',
    params: { name: 's_echo', arguments: { x: 1 } },
  };
  const { status, text } = await post(url, request, session);
  assert.equal(status, 200, text);
  assert.deepEqual(JSON.parse(text).result.params, { name: 'echo', arguments: { x: 1 } });
}
