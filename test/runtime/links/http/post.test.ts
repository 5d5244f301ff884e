/** POSTs to a server that may still be starting. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MockAgent } from 'undici';
import { Endpoint } from '../../../../src/runtime/links/http/endpoint.ts';
import { Poster } from '../../../../src/runtime/links/http/post.ts';

const ORIGIN = 'http://server.test';
const REFUSED = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const MESSAGE = Buffer.from('{}');

type Answer = number | Error;

/** A server that gives these answers, one after the other. */
function serve(t: TestContext, answers: readonly Answer[], failFast = false) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  t.after(() => agent.close());
  for (const answer of answers) {
    const post = agent.get(ORIGIN).intercept({ path: '/mcp?key=1', method: 'POST' });
    if (typeof answer === 'number') post.reply(answer, '');
    else post.replyWithError(answer);
  }
  const waits: string[] = [];
  const endpoint = new Endpoint(`${ORIGIN}/mcp?key=1`, { of: () => agent }, undefined);
  const poster = new Poster(endpoint, failFast, (why) => waits.push(why));
  const post = async (signal = new AbortController().signal, isHarmless = false): Promise<number> => {
    const { statusCode, body } = await poster.post(MESSAGE, {}, signal, isHarmless);
    await body.dump();
    return statusCode;
  };
  return { poster, post, waits, left: () => agent.pendingInterceptors().length };
}

test('a message must be sent again until the server is up, and the wait be reported once', async (t) => {
  const it = serve(t, [REFUSED, 503, 200]);
  assert.equal(await it.post(), 200);
  assert.deepEqual(
    [it.waits, it.poster.isUp, it.left()],
    [['nothing listens there (ECONNREFUSED)'], true, 0],
  );
});

test('a server that has answered once must not be waited for again', async (t) => {
  const it = serve(t, [404, REFUSED, 503]);
  assert.equal(await it.post(), 404);
  await assert.rejects(it.post(), { code: 'ECONNREFUSED' });
  assert.equal(await it.post(), 503);
  assert.deepEqual(it.waits, []);
});

test('with failFast, the first failure must be final', async (t) => {
  const it = serve(t, [REFUSED, 200], true);
  await assert.rejects(it.post(), { code: 'ECONNREFUSED' });
  assert.deepEqual([it.waits, it.poster.isUp, it.left()], [[], false, 1]);
});

test('a failure that does not mean "not up yet" must be final', async (t) => {
  const broken = Object.assign(new Error('certificate'), { code: 'CERT_HAS_EXPIRED' });
  const it = serve(t, [broken, 200]);
  await assert.rejects(it.post(), { code: 'CERT_HAS_EXPIRED' });
  assert.equal(it.left(), 1);
});

test('a notification that is lost with its connection must be sent once more, and no third time', async (t) => {
  for (const code of ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']) {
    const broken = Object.assign(new Error('broken'), { code });
    const it = serve(t, [200, broken, 202, broken, broken, 202]);
    assert.equal(await it.post(), 200);
    assert.equal(await it.post(undefined, true), 202);
    await assert.rejects(it.post(undefined, true), { code });
    assert.equal(it.left(), 1);
  }
});

test('a request that is lost with its connection must not be sent again, as it may have had an effect', async (t) => {
  const broken = Object.assign(new Error('broken'), { code: 'ECONNRESET' });
  const it = serve(t, [200, broken, 200]);
  assert.equal(await it.post(), 200);
  await assert.rejects(it.post(), { code: 'ECONNRESET' });
  assert.equal(it.left(), 1);
});

test('the end of the link must end the wait', async (t) => {
  const it = serve(t, [REFUSED]);
  const link = new AbortController();
  const sent = it.post(link.signal);
  while (it.waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
  link.abort();
  await assert.rejects(sent, { name: 'AbortError' });
});
