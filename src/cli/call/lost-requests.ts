/** Ends requests whose stream has ended without an answer: the client of the SDK would wait for ever. */
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Code of the error that stands in for the answer: JSON-RPC leaves it to implementations. */
export const LOST = -32_099;

type Transport = Pick<StreamableHTTPClientTransport, 'send' | 'onmessage'>;

/** The transport gives a stream up only after it has tried to resume it. */
export function endLostRequests(transport: Transport): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) =>
    send(message, {
      ...options,
      onRequestStreamEnd() {
        if (!('method' in message && 'id' in message)) return;
        // A client ignores it for a request that has been answered.
        const error = { code: LOST, message: 'the gateway ended before it answered' };
        transport.onmessage?.({ jsonrpc: '2.0', id: message.id, error });
      },
    });
}
