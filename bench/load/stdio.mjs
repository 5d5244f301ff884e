/** Reaches a server without a gateway: as its parent, or through the engine's attach stream. */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';

/** Starts a process: `send(line)` writes to it, `onAnswer` gets the ids of its answers. */
export function openChild(command, onAnswer) {
  const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.on('data', lineReader(onAnswer));
  return { send: (line) => child.stdin.write(line), close: () => child.kill() };
}

/** Attaches to a running container with an open stdin, over the engine's HTTP API. */
export function openAttach(socketPath, containerId, onAnswer) {
  const socket = connect(socketPath);
  const path = `/containers/${containerId}/attach?stream=1&stdin=1&stdout=1`;
  socket.write(`POST ${path} HTTP/1.1\r\nhost: engine\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n`);
  const read = frameReader(lineReader(onAnswer));
  /** Data sent before the engine has switched protocols would be lost. */
  const early = [];
  /** Undefined once the protocol is switched. @type {Buffer | undefined} */
  let head = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    if (head === undefined) return read(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = head.subarray(end + 4);
    head = undefined;
    for (const line of early) socket.write(line);
    if (rest.length > 0) read(rest);
  });
  const send = (line) => (head === undefined ? socket.write(line) : early.push(line));
  return { send, close: () => socket.destroy() };
}

/** Calls `onAnswer(id)` for each line that ends with its id. */
function lineReader(onAnswer) {
  let tail = Buffer.alloc(0);
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(Math.max(start, end - 40), end);
      const last = Buffer.concat([tail, piece]).subarray(-40).toString('latin1');
      tail = Buffer.alloc(0);
      onAnswer(Number(/"id":(\d+)\}$/.exec(last)?.[1]));
      start = end + 1;
    }
    tail = Buffer.concat([tail, chunk.subarray(start).subarray(-40)]).subarray(-40);
  };
}

/** Extracts the payloads of the engine's multiplexed stream. */
function frameReader(take) {
  let rest = Buffer.alloc(0);
  let left = 0;
  return (chunk) => {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    while (data.length > 0) {
      if (left === 0) {
        if (data.length < 8) break;
        left = data.readUInt32BE(4);
        data = data.subarray(8);
      }
      const payload = data.subarray(0, left);
      left -= payload.length;
      data = data.subarray(payload.length);
      if (payload.length > 0) take(payload);
    }
    rest = data;
  };
}
