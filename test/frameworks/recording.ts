/** A proxy that records a client's requests to the gateway and changes nothing. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { META } from '../../src/wire/modern-names.ts';

export interface Recording {
  /** URL for the client instead of the gateway's. */
  readonly url: string;
  /** Era of each tool call, in order of arrival. */
  readonly eras: readonly ('legacy' | 'modern')[];
  close(): void;
}

export async function record(target: string): Promise<Recording> {
  const eras: ('legacy' | 'modern')[] = [];
  const hear = (body: string): void => {
    const { method, params } = JSON.parse(body || '{}') as {
      method?: string;
      params?: { _meta?: Record<string, unknown> };
    };
    if (method === 'tools/call') eras.push(params?._meta?.[META.version] ? 'modern' : 'legacy');
  };
  const server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      hear(body.toString());
      onward.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${new URL(target).pathname}`,
    eras,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
