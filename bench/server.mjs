/**
 * The server behind every row: MCP over stdio, or over HTTP on the given port, with one tool that returns a result of the
 * requested size. It is cheap, so that the measurement shows the gateway, and has no dependencies, so that it also runs in a
 * bare container.
 */
import { createServer } from 'node:http';

const TOOL = {
  name: 'bytes',
  description: 'returns a result of this many bytes',
  inputSchema: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
};
const LINE = 'const answer = "forty-two"; // what a tool gives back is mostly text\n';
const results = new Map();

/** JSON text of a result of `size` bytes: lines of code, with their escapes. */
function resultOf(size) {
  if (!results.has(size)) results.set(size, makeResult(size));
  return results.get(size);
}

function makeResult(size) {
  const empty = JSON.stringify({ content: [{ type: 'text', text: '' }] });
  const line = JSON.stringify(LINE).slice(1, -1);
  const room = Math.max(0, size - empty.length);
  const text = line.repeat(Math.floor(room / line.length)) + 'x'.repeat(room % line.length);
  return empty.replace('""', () => `"${text}"`);
}

function resultFor({ method, params }) {
  if (method === 'tools/call') return resultOf(params.arguments.size);
  if (method === 'tools/list') return JSON.stringify({ tools: [TOOL] });
  if (method !== 'initialize') return '{}';
  const serverInfo = { name: 'bench', version: '1' };
  return JSON.stringify({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo });
}

/** Members in the order of the TypeScript SDK. */
const answer = (message) =>
  `{"result":${resultFor(message)},"jsonrpc":"2.0","id":${JSON.stringify(message.id)}}`;

function serveStdio() {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    const messages = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
    const answers = messages.filter(({ id }) => id !== undefined).map((message) => `${answer(message)}\n`);
    if (answers.length > 0) process.stdout.write(answers.join(''));
  });
}

function serveHttp(port) {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString());
      if (message.id === undefined) return response.writeHead(202).end();
      const body = Buffer.from(answer(message));
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    });
  });
  server.listen(port, () => process.stderr.write(`listening on ${JSON.stringify(server.address())}\n`));
}

const port = process.argv[2];
if (port === undefined) serveStdio();
else serveHttp(Number(port));
