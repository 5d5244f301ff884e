/**
 * The smallest possible HTTP-to-stdio gateway: node:http in front of one child process, with ids swapped and nothing else. No
 * sessions, no checks, no timeouts, no limits. `plain` swaps ids with JSON.parse and JSON.stringify; `raw` leaves the answer
 * unread and cuts the id out of its last bytes, which works only if every line of the server is an answer that ends with its id.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { portOf } from './port.mjs';

const isRaw = process.argv[2] === 'raw';
const child = spawn(process.execPath, [join(import.meta.dirname, 'server.mjs')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const waiting = new Map();
let nextId = 1;
let rest = [];

child.stdout.on('data', (chunk) => {
  let start = 0;
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
    rest.push(chunk.subarray(start, end));
    (isRaw ? takeRaw : takePlain)(rest.length === 1 ? rest[0] : Buffer.concat(rest));
    rest = [];
    start = end + 1;
  }
  if (start < chunk.length) rest.push(chunk.subarray(start));
});

function takePlain(line) {
  const message = JSON.parse(line.toString());
  const { response, id } = take(message.id);
  message.id = id;
  send(response, Buffer.from(JSON.stringify(message)));
}

function takeRaw(line) {
  const at = line.lastIndexOf(58) + 1;
  const { response, id } = take(Number(line.latin1Slice(at, line.length - 1)));
  send(response, Buffer.concat([line.subarray(0, at), Buffer.from(`${JSON.stringify(id)}}`)]));
}

function take(id) {
  const call = waiting.get(id);
  waiting.delete(id);
  return call;
}

function send(response, body) {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks).toString());
    const id = nextId++;
    waiting.set(id, { response, id: message.id });
    child.stdin.write(`${JSON.stringify({ ...message, id })}\n`);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${portOf(server)}\n`));
process.on('SIGTERM', () => process.exit(0));
