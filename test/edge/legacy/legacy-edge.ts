/** An edge in front of a server that has one of everything, one beside it, and one that is down: for what legacy clients ask of it. */
import type { TestContext } from 'node:test';
import { located, named, templated } from '../../catalog/fixtures.ts';
import { type Harness, openSession, source, startEdge, status } from '../harness.ts';

export const STRANGE = '{"name":"t","x-new":1.0,"big":12345678901234567890,"description":"\\u00e9é"}';

export async function fullEdge(t: TestContext): Promise<Harness & { session: Record<string, string> }> {
  const parts = {
    capabilities: { resources: {}, prompts: {}, completions: {} },
    tools: [{ key: 't', json: STRANGE }],
    resources: located('file:///r'),
    templates: templated('file:///{+path}'),
    prompts: named('p'),
  };
  const servers = [
    status('s'),
    status('down', { state: 'failed', reason: 'it exited with code 1', hint: 'hive logs down' }),
  ];
  const harness = await startEdge(t, {
    sources: [source('s', parts), source('other', { tools: named('u') })],
    servers,
  });
  return { ...harness, session: await openSession(harness.url) };
}

/** A call that wants progress. */
export const body = (id: number, name = 's_t') =>
  JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, _meta: { progressToken: 'p' } },
  });
