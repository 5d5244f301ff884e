import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { openEvents, openSession, POST_HEADERS, post, source, startEdge } from './harness.ts';

const FORM = '{"mode":"form","message":"who?","requestedSchema":{"type":"object"}}';
const URL_MODE = '{"mode":"url","message":"go","elicitationId":"e","url":"https://x.test"}';
const SAMPLE = '{"messages":[],"maxTokens":1}';
const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"s_t"}}';

type Row = readonly [capabilities: object, method: string, params: string | undefined, code?: number];

const ROWS: readonly Row[] = [
  [{}, 'roots/list', undefined, -32601],
  [{ sampling: {} }, 'roots/list', undefined, -32601],
  [{ roots: {} }, 'roots/list', undefined],
  [{}, 'sampling/createMessage', SAMPLE, -32601],
  [{ elicitation: {} }, 'sampling/createMessage', SAMPLE, -32601],
  [{ sampling: {} }, 'sampling/createMessage', SAMPLE],
  [{ sampling: {} }, 'sampling/createMessage', '{"messages":[],"tools":[{"name":"t"}]}', -32602],
  [{ sampling: {} }, 'sampling/createMessage', '{"messages":[],"toolChoice":{"mode":"auto"}}', -32602],
  [{ sampling: { tools: {} } }, 'sampling/createMessage', '{"messages":[],"tools":[{"name":"t"}]}'],
  [{ roots: {} }, 'elicitation/create', FORM, -32601],
  [{ elicitation: { url: {} } }, 'elicitation/create', FORM, -32602],
  [{ elicitation: { url: {} } }, 'elicitation/create', '{"message":"no mode is the form"}', -32602],
  [{ elicitation: { form: {} } }, 'elicitation/create', URL_MODE, -32602],
  [{ elicitation: {} }, 'elicitation/create', URL_MODE, -32602],
  [{ elicitation: {} }, 'elicitation/create', FORM],
  [{ elicitation: { form: {} } }, 'elicitation/create', FORM],
  [{ elicitation: { form: {}, url: {} } }, 'elicitation/create', URL_MODE],
  [{ experimental: { vendor: {} } }, 'vendor/ask', '{}'],
];

test('a request that a legacy client has not declared must be refused with the specification’s error, and never reach it', async (t) => {
  const { url, edge, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })] });
  for (const [capabilities, method, params, code] of ROWS) {
    const what = `${method} ${params} of ${JSON.stringify(capabilities)}`;
    const session = await openSession(url, '2025-11-25', capabilities);
    const headers = { ...POST_HEADERS, ...session };
    const opened = openEvents(url, { method: 'POST', headers, body: BODY });
    const call = await received();
    call.progress('{"progress":1}');
    const events = await opened;
    await events.next();
    const reply = edge.ask({
      serverName: 's',
      sessionId: session['mcp-session-id'],
      method,
      ...(params ? { params: jsonText(params) } : {}),
      signal: new AbortController().signal,
    });
    if (code === undefined) {
      const question = JSON.parse(String(await events.next()));
      assert.equal(question.method, method, what);
      const answer = `{"jsonrpc":"2.0","id":${question.id},"result":{\n"asked":\r\ntrue}}`;
      await post(url, answer, session);
      // On one line, as a server over stdio has to get it.
      assert.equal(String((await reply).json), '{ "asked":  true}', what);
    } else {
      const { kind, json } = await reply;
      assert.deepEqual([kind, JSON.parse(String(json)).code], ['error', code], what);
    }
    call.answer('result', '{}');
    assert.equal(await events.next(), '{"jsonrpc":"2.0","id":1,"result":{}}', what);
  }
});
