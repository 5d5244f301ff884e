/**
 * A server of both eras at one address: the two reference servers behind one port. Prints its URL. It shows which era is asked: GET /seen
 * counts requests; POST /legacy?answer=STATUS has the legacy era answer that from then on, and POST /legacy undoes it.
 */
import { createServer, request } from 'node:http';

/** Runs a reference server in this process; resolves with its URL. */
async function run(file, ...words) {
  const { promise, resolve } = Promise.withResolvers();
  const { argv, stdout } = process;
  const { write } = stdout;
  process.argv = [...argv.slice(0, 2), ...words];
  stdout.write = (line) => resolve(new URL(line.trim()));
  await import(file);
  const url = await promise;
  stdout.write = write;
  process.argv = argv;
  return url;
}

const modern = await run('./modern.mjs', '--only', '--http', '0');
const legacy = await run('./legacy.mjs', '--http', '0');
const seen = { modern: 0, legacy: 0, begun: 0, deleted: 0, streams: 0 };
let refusal;

function control(incoming, response) {
  const url = new URL(incoming.url, 'http://local');
  if (url.pathname === '/legacy') refusal = url.searchParams.get('answer') ?? undefined;
  return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
}

function count({ method, headers }, isModern) {
  seen[isModern ? 'modern' : 'legacy'] += 1;
  if (isModern) return;
  if (method === 'POST' && headers['mcp-session-id'] === undefined) seen.begun += 1;
  if (method === 'DELETE') seen.deleted += 1;
  if (method === 'GET') seen.streams += 1;
}

const server = createServer((incoming, response) => {
  if (!incoming.url.startsWith('/mcp')) return control(incoming, response);
  const isModern = incoming.headers['mcp-protocol-version'] === '2026-07-28';
  count(incoming, isModern);
  if (!isModern && refusal) return response.writeHead(Number(refusal)).end('not in this era');
  const { host, port, pathname } = isModern ? modern : legacy;
  const headers = { ...incoming.headers, host };
  const onward = request({ port, path: pathname, method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy()).pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () =>
  process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`),
);
