// Writes as fast as it is read what the tool `flood` is asked for (`kind`), for `ms` milliseconds and until it is `least` bytes; answers with the number of bytes. Over HTTP with a port as argument, which it prints (0: any).
import { createServer } from 'node:http';
import { answer, serve } from './serve.mjs';

const CHUNK_BYTES = 64 * 1024;
/** Lines up to the size of a pipe; `line` may depend on a number. */
function linesOf(line, bytes = CHUNK_BYTES) {
  const lines = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    lines.push(`${line(i)}\n`);
    length += lines[i].length;
  }
  return Buffer.from(lines.join(''));
}
const rpc = (message) => JSON.stringify({ jsonrpc: '2.0', ...message });
const log = (i) => rpc({ method: 'notifications/message', params: { level: 'debug', data: `line ${i}` } });
const progressOf = (token) =>
  linesOf((i) => rpc({ method: 'notifications/progress', params: { progressToken: token, progress: i } }));
const changed = (what) => linesOf(() => rpc({ method: `notifications/${what}/list_changed` }), 4096);

/** By kind: the stream, and what is written to it again and again. */
const FLOODS = {
  stderr: () => [process.stderr, linesOf((i) => `DEBUG a line of the debug output of a server, number ${i}`)],
  'stderr, empty lines': () => [process.stderr, Buffer.alloc(CHUNK_BYTES, '\n')],
  noise: () => [process.stdout, linesOf((i) => `DEBUG a line of the debug output of a server, number ${i}`)],
  'noise, empty lines': () => [process.stdout, Buffer.alloc(CHUNK_BYTES, '\n')],
  'noise, braces': () => [process.stdout, linesOf((i) => `x ${'{"a":'.repeat(100)}${i}`)],
  notifications: () => [process.stdout, linesOf(log)],
  'a batch on a line': () => [
    process.stdout,
    Buffer.from(`[${[...Array(2_000).keys()].map(log).join(',')}]\n`),
  ],
  progress: (token) => [process.stdout, progressOf(token)],
  'unknown answers': () => [process.stdout, linesOf((i) => rpc({ id: i, result: {} }))],
  'endless line': () => [process.stdout, Buffer.alloc(CHUNK_BYTES, 'x')],
  'endless message': () => [process.stdout, Buffer.alloc(CHUNK_BYTES, '{"a":')],
  binary: () => [
    process.stdout,
    Buffer.from(Array.from({ length: CHUNK_BYTES }, (_, i) => (i * 7919) % 256)),
  ],
  'long lines': () => [
    process.stdout,
    Buffer.concat([Buffer.alloc(8 * 1024 * 1024, '{"a":1} '), Buffer.from('\n')]),
  ],
  'list changes': () => [process.stdout, changed('tools')],
  'huge lists': () => [process.stdout, changed('tools')],
  templates: () => [process.stdout, changed('resources')],
};

/** 100,000 lines a second, in portions. */
const SLOW = 'stderr, 100,000 lines/s';

/** Lists that were read. */
let reads = 0;
const isHuge = (kind) => process.env.FLOOD === kind;
let listed = 0;
const tools = () => {
  // Each time another one, so that the list differs.
  const more = isHuge('huge lists') ? 100_000 : 0;
  return [
    { name: 'flood', description: `list ${listed++}`, inputSchema: { type: 'object' } },
    ...Array.from({ length: more }, (_, i) => ({
      name: `tool${i}`,
      description: 'x'.repeat(50),
      inputSchema: { type: 'object' },
    })),
  ];
};
const templates = () =>
  Array.from({ length: isHuge('templates') ? 3_000 : 0 }, (_, i) => ({
    uriTemplate: `${'{/a}'.repeat(1_000)}\u0001${i}`,
    name: `t${i}-${listed}`,
  }));

const table = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true }, resources: { listChanged: true }, logging: {} },
    serverInfo: { name: 'floods', version: '1' },
  }),
  'logging/setLevel': () => ({}),
  'tools/list': () => {
    reads += 1;
    return { tools: tools() };
  },
  'resources/list': () => ({ resources: [] }),
  'resources/templates/list': () => {
    reads += 1;
    return { resourceTemplates: templates() };
  },
};

/** Resolves once the time is over and enough is written. Pipes are written synchronously: the writer waits for its reader. */
function flood({ kind, ms, least = 0 }, token) {
  const [stream, bytes] = kind === SLOW ? FLOODS.stderr() : FLOODS[kind](token);
  const slowly =
    kind === SLOW ? linesOf((i) => `DEBUG a line of the debug output of a server, number ${i}`) : undefined;
  const until = Date.now() + ms;
  let written = 0;
  return new Promise((resolve) => {
    const step = () => {
      if (Date.now() >= until && written >= least)
        return resolve({ content: [], structuredContent: { written, reads } });
      written += (slowly ?? bytes).length;
      if (slowly) {
        stream.write(slowly);
        return setTimeout(step, 10);
      }
      return stream.write(bytes) ? setImmediate(step) : stream.once('drain', step);
    };
    step();
  });
}

/** Answers a call over HTTP with a body that goes on for the time. */
function floodBody(response, kind, ms, message) {
  const token = message.params._meta?.progressToken;
  const event = (text) => `data: ${text}\n\n`;
  const BODIES = {
    'HTTP, endless body': ['application/json', Buffer.alloc(CHUNK_BYTES, '[')],
    'HTTP, comments': ['text/event-stream', linesOf((i) => `: ${i}`)],
    'HTTP, notifications': ['text/event-stream', linesOf((i) => event(log(i)))],
    'HTTP, progress': [
      'text/event-stream',
      linesOf((i) =>
        event(rpc({ method: 'notifications/progress', params: { progressToken: token, progress: i } })),
      ),
    ],
    'HTTP, endless event': ['text/event-stream', linesOf(() => `data: ${'x'.repeat(50)}`)],
  };
  const [type, bytes] = BODIES[kind];
  response.writeHead(200, { 'content-type': type });
  const until = Date.now() + ms;
  let written = 0;
  const step = () => {
    written += bytes.length;
    if (Date.now() < until) return response.write(bytes) ? setImmediate(step) : response.once('drain', step);
    const last = rpc({ id: message.id, result: { content: [], structuredContent: { written } } });
    return response.end(type === 'text/event-stream' ? `\n\n${event(last)}` : '');
  };
  response.on('error', () => {});
  step();
}

const [port] = process.argv.slice(2);
if (port === undefined)
  serve({
    ...table,
    'tools/call': ({ arguments: told, _meta }) => flood(told, _meta?.progressToken),
  });
else {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = JSON.parse(Buffer.concat(chunks).toString());
    if (message.method === 'tools/call')
      return floodBody(response, message.params.arguments.kind, message.params.arguments.ms, message);
    const reply = await answer(message, table);
    if (!reply) return response.writeHead(202).end();
    return response.writeHead(200, { 'content-type': 'application/json' }).end(rpc(reply));
  });
  server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
}
