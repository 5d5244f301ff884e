/** The answer of an address at which there is nothing: a page for browsers, an error for MCP clients. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { visible } from '../model/text/visible.ts';
import { RPC } from '../wire/codes.ts';
import { wantsHtml } from './http/guard.ts';
import { refuse } from './http/refuse.ts';

/** @param reason says what there is not */
export function refuseMissing(request: IncomingMessage, response: ServerResponse, reason: string): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !wantsHtml(request.headers.accept)) {
    refuse(response, 404, RPC.SERVER_ERROR, reason);
    return;
  }
  const send = async (): Promise<void> => {
    const { missingPage } = await import('./people-page.ts');
    const { html, headers } = missingPage(visible(reason));
    response.writeHead(404, headers).end(html);
  };
  // Its file may be gone after an update of the package.
  send().catch(() => response.destroy());
}
