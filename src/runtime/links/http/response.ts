/** An HTTP response as links read it, and what its `Content-Type` says. */

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: HttpBody;
}

/** Must be read to its end, or dumped. */
export interface HttpBody extends AsyncIterable<Buffer> {
  dump(): Promise<void>;
}

/** All values of a header; undefined if there is none. */
export function headerOf({ headers }: Pick<HttpResponse, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Type and subtype in lower case, without parameters (RFC 9110, 8.3.1); empty if there is none. */
export function mediaType(response: Pick<HttpResponse, 'headers'>): string {
  const [type = ''] = (headerOf(response, 'content-type') ?? '').split(/[;,]/, 1);
  return type.trim().toLowerCase();
}

export const isEventStream = (response: Pick<HttpResponse, 'headers'>): boolean =>
  mediaType(response) === 'text/event-stream';
