/** Requests of other gateways, which name themselves: whose word counts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { HOPS_HEADER, Hops } from '../../src/hops.ts';
import { ask, send, source, startEdge } from './harness.ts';

const OWN = '0123456789abcdef';
const OTHER = 'fedcba9876543210';

test('a stranger must not make the gateway name another one, which would refuse its calls', async (t) => {
  const hops = new Hops(OWN, Date.now);
  const tokens = { laptop: createHash('sha256').update('hive_laptop').digest('hex') };
  const loop = (headers: Parameters<NonNullable<Parameters<typeof startEdge>[1]>['loop'] & {}>[0]) =>
    hops.refusal(headers[HOPS_HEADER]);
  const { url } = await startEdge(t, { sources: [source('a')], auth: () => ({ tokens }), loop });
  const root = url.replace('/mcp', '');
  const via = { [HOPS_HEADER]: OTHER };
  for (const path of ['/health', '/ready', '/', '/mcp', '/sse', '/nowhere'])
    await send(`${root}${path}`, { headers: { ...via, accept: 'text/html' } });
  assert.equal(hops.via, OWN);
  const headers = { ...via, authorization: 'Bearer hive_laptop' };
  assert.equal((await ask(url, 'tools/list', {}, { headers })).status, 200);
  assert.equal(hops.via, `${OWN}, ${OTHER}`, 'a client is believed');
  const back = { [HOPS_HEADER]: OWN, authorization: 'Bearer hive_laptop' };
  assert.equal((await ask(url, 'tools/list', {}, { headers: back })).status, 508);
});
