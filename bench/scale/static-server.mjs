/** node:http with one prepared answer: the cost of writing these bytes. A separate process, so that it shares nothing. */
import { createServer } from 'node:http';
import { portOf } from '../port.mjs';
import { firstLine, start, stop } from '../processes.mjs';

export async function serve(length) {
  const started = start([process.execPath, import.meta.filename, String(length)]);
  const port = Number(await firstLine(started));
  return { target: { port, pid: started.pid }, stop: () => stop(started) };
}

if (import.meta.main) {
  const body = Buffer.alloc(Number(process.argv[2]), 'x');
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
        .end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${portOf(server)}\n`));
}
