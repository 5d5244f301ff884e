import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../helpers/seed.ts';
import type { LinkEvents } from '../../../src/runtime/links/link.ts';
import { stdoutFramer } from '../../../src/runtime/links/output.ts';
import { connectUpstream } from '../../../src/runtime/upstream/connect-upstream.ts';
import { readEnvelope, slice } from '../../../src/wire/envelope.ts';
import { named } from '../../catalog/fixtures.ts';
import { listen, realClock } from '../../runtime/upstream/harness.ts';
import { openSession, post, source, startEdge } from '../harness.ts';

type Next = { result: string; layout: string; cut: number };

/** A server in memory that answers each call with the text prepared for it, in bytes cut where the test says. */
function openAny(next: () => Next, onCall: (params: string) => void) {
  return async (events: LinkEvents) => {
    const framer = stdoutFramer(events);
    const say = (line: string, cut = 0): void => {
      const bytes = Buffer.from(`${line}\n`);
      framer.push(Buffer.from(bytes.subarray(0, cut)));
      framer.push(Buffer.from(bytes.subarray(cut)));
    };
    const known: Record<string, string> = {
      initialize:
        '{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"t","version":"1"}}',
    };
    const answer = (message: Buffer): void => {
      const { id, method, params } = readEnvelope(message) ?? {};
      if (!id || !method) return;
      const name = JSON.parse(slice(message, method).toString());
      if (name !== 'tools/call') {
        const body = known[name] ? `"result":${known[name]}` : '"error":{"code":-32601,"message":"no"}';
        say(`{"jsonrpc":"2.0","id":${slice(message, id)},${body}}`);
        return;
      }
      onCall(params ? slice(message, params).toString() : '');
      const { result, layout, cut } = next();
      say(
        layout.replace('ID', `${slice(message, id)}`).replace('RESULT', () => result),
        cut,
      );
    };
    return {
      kind: 'child' as const,
      async send(message: Buffer) {
        setImmediate(() => answer(message));
      },
      close: async () => events.closed({}),
    };
  };
}

const LAYOUTS = [
  '{"jsonrpc":"2.0","id":ID,"result":RESULT}',
  '{"result":RESULT,"jsonrpc":"2.0","id":ID}',
  ' {"id" : "ID", "x":{"id":1}, "result" :RESULT , "jsonrpc":"2.0"} ',
];

/** Small ones, and those around the sizes at which answers are sent in another way. */
const padding = fc.constantFrom(0, 0, 0, 11_900, 12_288, 65_400, 70_000);
const value = fc
  .jsonValue({ stringUnit: 'binary', maxDepth: 4 })
  .filter((it) => JSON.stringify(it) !== undefined);

test('any JSON that a server or a client can send arrives as the same bytes', async (t) => {
  let prepared: Next = { result: '{}', layout: LAYOUTS[0] ?? '', cut: 0 };
  let passed = '';
  const open = openAny(
    () => prepared,
    (params) => {
      passed = params;
    },
  );
  const upstream = await connectUpstream({
    serverName: 's',
    open,
    timeouts: { start: 10_000, call: 10_000, callMax: 60_000 },
    clock: realClock,
    ...listen().handlers,
  });
  t.after(() => upstream.close(0));
  const sources = [source('s', { tools: named('t') }, '')];
  const { url } = await startEdge(t, { sources, call: (_, request) => upstream.call(request) });
  const session = await openSession(url);
  await fc.assert(
    fc.asyncProperty(
      value,
      value,
      padding,
      fc.constantFrom(...LAYOUTS),
      fc.nat(),
      async (content, args, pad, layout, cut) => {
        // What JSON.stringify does not escape goes as UTF-8; a lone surrogate it writes as an escape.
        const result = JSON.stringify({ content, pad: 'é'.repeat(pad / 2) });
        prepared = { result, layout, cut: cut % (result.length + 20) };
        const params = JSON.stringify({ name: 't', arguments: { args } });
        const body = `{"jsonrpc":"2.0","id":"é\\n","method":"tools/call","params":${params}}`;
        const answer = await post(url, body, session);
        assert.equal(answer.text, `{"jsonrpc":"2.0","id":"é\\n","result":${result}}`);
        assert.equal(passed, params);
      },
    ),
    { numRuns: 300 },
  );
});
