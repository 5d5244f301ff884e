import { readEnvelope, type Span, slice, stringAt } from '../../../wire/envelope.ts';
import { METHOD } from '../../../wire/methods.ts';
import type { Link, LinkEvents } from '../link.ts';
import { type HttpOptions, openHttp } from './http.ts';
import { openSse } from './sse.ts';

/** What a server of 2024-11-05 answers to a POST where it only serves GET (2026-07-28, basic/transports/streamable-http). */
const NO_POST: ReadonlySet<unknown> = new Set([400, 404, 405]);

/** Streamable HTTP; where even `initialize` cannot be posted, HTTP with SSE as it was before that. */
export async function openHttpOrSse(options: HttpOptions, events: LinkEvents): Promise<Link> {
  let hello: { readonly id: string; readonly message: Buffer } | undefined;
  let sse: Link | undefined;
  let isOver = false;

  const http = await openHttp(options, {
    ...events,
    message(bytes, envelope, during, isRefusal) {
      const isHello = hello !== undefined && envelope.id && textAt(bytes, envelope.id) === hello.id;
      if (!hello || !isHello) {
        events.message(bytes, envelope, during, isRefusal);
        return;
      }
      const { message } = hello;
      hello = undefined;
      if (envelope.error && NO_POST.has(statusOf(bytes, envelope.error)))
        void fallBack(message, () => events.message(bytes, envelope, during, isRefusal));
      else events.message(bytes, envelope, during, isRefusal);
    },
    closed: (facts) => sse === undefined && events.closed(facts),
  });

  async function fallBack(message: Buffer, otherwise: () => void): Promise<void> {
    const opened = await openSse(options, events);
    if (isOver) await opened?.close(0);
    else if (!opened) otherwise();
    else {
      sse = opened;
      await http.close(0);
      await sse.send(message);
    }
  }

  return {
    ...http,
    send(message, headers) {
      if (sse) return sse.send(message, headers);
      const envelope = headers ? undefined : readEnvelope(message);
      if (envelope?.id && stringAt(message, envelope.method) === METHOD.INITIALIZE)
        hello = { id: textAt(message, envelope.id), message };
      return http.send(message, headers);
    },
    close(graceMs) {
      isOver = true;
      return (sse ?? http).close(graceMs);
    },
  };
}

const textAt = (text: Buffer, span: Span): string => slice(text, span).toString();

function statusOf(bytes: Buffer, error: Span): unknown {
  const value = JSON.parse(slice(bytes, error).toString()) as { data?: { status?: unknown } } | null;
  return value?.data?.status;
}
