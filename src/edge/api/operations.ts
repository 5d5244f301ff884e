/**
 * Operations over HTTP. `GET /api` lists them. `POST /api/NAME` runs one; its body is the input as a JSON
 * object, or empty for `{}`. The response is the output as JSON, or short text if the request accepts
 * `text/plain`. Errors are `{ code, message, hint, place }`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Code, GatewayError, toGatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { OperationRunner } from '../../model/operation.ts';
import type { BodyReader } from '../http/body.ts';
import { sendJson } from '../http/exchange.ts';

export interface OperationsApiDeps {
  readonly operations: () => Promise<OperationRunner>;
  readonly bodies: BodyReader;
  /** The caller of an authenticated request. */
  readonly callerOf: (request: IncomingMessage) => Caller;
}

/** Largest input. */
const MAX_BODY_BYTES = 1 << 20;

const STATUS: Readonly<Partial<Record<Code, number>>> = {
  USAGE: 400,
  CONFIG_INVALID: 409,
  MESSAGE_TOO_LARGE: 413,
  SERVER_UNKNOWN: 404,
  SERVER_OFF: 409,
  SERVER_STOPPED: 409,
  NOT_MANAGED: 409,
  SERVER_EXISTS: 409,
  TEMPLATE_UNKNOWN: 404,
  SECRET_IN_ARGUMENT: 400,
  NOT_ALLOWED: 403,
  LIMIT_REACHED: 409,
};

/** Answers `GET /api`. */
export function listOperations({ operations }: OperationsApiDeps, response: ServerResponse): Promise<void> {
  return orFailure(response, async () => {
    const { all } = await operations();
    sendJson(response, 200, [Buffer.from(JSON.stringify({ operations: all }))]);
  });
}

/** Answers `POST /api/NAME`. The operation is cancelled if the client disconnects. */
export function runOperation(
  { operations, bodies, callerOf }: OperationsApiDeps,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
): Promise<void> {
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  return orFailure(response, async () => {
    const caller = callerOf(request);
    const input = await readInput(bodies, request, caller.principal);
    const context = { caller, signal: abort.signal, progress: () => {} };
    const { output, text } = await (await operations()).run(name, input, context);
    if (!request.headers.accept?.includes('text/plain'))
      sendJson(response, 200, [Buffer.from(JSON.stringify(output))]);
    else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
}

/** Never rejects. */
const orFailure = (response: ServerResponse, answer: () => Promise<void>): Promise<void> =>
  answer().catch((error) => sendFailure(response, toGatewayError(error)));

async function readInput(bodies: BodyReader, request: IncomingMessage, owner: string): Promise<unknown> {
  const body = await bodies.read(request, MAX_BODY_BYTES, owner);
  if (body.kind !== 'whole')
    throw new GatewayError('MESSAGE_TOO_LARGE', `the input was not accepted: ${body.kind}`, {
      hint: `send at most ${MAX_BODY_BYTES} bytes`,
    });
  try {
    return body.bytes.length === 0 ? {} : JSON.parse(body.bytes.toString());
  } catch (cause) {
    throw new GatewayError('USAGE', 'the body is not JSON', { hint: 'send a JSON object', cause });
  } finally {
    body.release();
  }
}

function sendFailure(response: ServerResponse, { code, message, hint, place }: GatewayError): void {
  const body = JSON.stringify({ code, message, hint, place });
  if (!response.destroyed) sendJson(response, STATUS[code] ?? 500, [Buffer.from(body)]);
}
