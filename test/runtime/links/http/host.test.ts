/** Servers that answer only to the name and port that they know themselves by. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHttpContainer } from '../../../../src/runtime/links/container/http-container.ts';
import { ask, collect } from '../../../contract/collect.ts';
import { type Bend, link, serve } from './served.ts';

const HOST = 'localhost:8931';

/** As Playwright's server does. */
const strict: Bend = ({ headers, url }, response) => {
  if (headers.host !== HOST) response.writeHead(403).end(`Access is only allowed at ${HOST}`);
  else if (url === '/mcp') response.writeHead(307, { location: `http://${HOST}/mcp/` }).end();
  else return false;
  return true;
};

test('a server in a container must be addressed by the name and port that it knows, also where it redirects', async (t) => {
  const { origin } = await serve(t, strict);
  const { promise: ended } = Promise.withResolvers<void>();
  const engine = {
    inspect: async () => undefined,
    attach: async () => ({ ended, close: () => {} }),
    untilStopped: async () => ({ isRunning: true }),
  };
  const seen = collect();
  const opened = await openHttpContainer(
    {
      engine: engine as never,
      containerId: 'c',
      start: async () => {},
      place: async () => ({ url: `${origin}/mcp`, host: HOST }),
    },
    seen.events,
  );
  t.after(() => opened.close(0));
  assert.match((await ask(opened, seen, 1, 'tools/call', '{}')).toString(), /grüezi/);
});

test('a refusal of the name must not be taken for one of the credentials', async (t) => {
  const hint = async (bend: Bend): Promise<string | undefined> => {
    const { error } = await link(t, `${(await serve(t, bend)).origin}/mcp`).ask();
    return error?.data.hint;
  };
  const answering =
    (status: number, text: string): Bend =>
    (_seen, response) => {
      response.writeHead(status).end(text);
      return true;
    };
  assert.match((await hint(strict)) ?? '', /only to certain names.*--allowed-hosts/);
  assert.match((await hint(answering(403, 'Invalid Host header'))) ?? '', /only to certain names/);
  assert.match((await hint(answering(421, ''))) ?? '', /only to certain names/);
  assert.match((await hint(answering(403, 'forbidden'))) ?? '', /credentials/);
  assert.match((await hint(answering(401, 'host unknown'))) ?? '', /credentials/);
});
