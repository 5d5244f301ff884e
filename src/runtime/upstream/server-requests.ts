import type { Reply } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { member, slice, whole } from '../../wire/envelope.ts';
import { errorObject, errorText, resultText } from '../../wire/message.ts';
import type { UpstreamOptions } from './upstream.ts';

/** A server that asks without end must not fill the memory. */
const MAX_ASKED = 100;

interface AsksOptions {
  readonly ask: UpstreamOptions['onRequest'];
  /** Called when an answer is waited for; what it returns, when it is there. */
  readonly hold: () => () => void;
  readonly reply: (message: Buffer) => Promise<void>;
}

/** What one server asks of its client, until it is answered: every request is, exactly once. */
export interface Asks {
  /** `id` is JSON text, the server's own. */
  take(id: Buffer, method: string, params: Buffer | undefined): void;
  /** `params` of the server's `notifications/cancelled`. */
  withdraw(params: Buffer | undefined): void;
  /** Nobody waits for an answer any more. */
  close(): void;
}

export function createAsks({ ask, hold, reply }: AsksOptions): Asks {
  const pending = new Map<string, AbortController>();

  const answer = (id: Buffer, { kind, json }: Reply): void =>
    void reply(kind === 'result' ? resultText(id, json) : errorText(id, json));

  return {
    take(id, method, params) {
      if (!ask || pending.size >= MAX_ASKED) {
        answer(id, { kind: 'error', json: errorObject(RPC.SERVER_BUSY, 'too many requests are unanswered') });
        return;
      }
      const key = id.toString('latin1');
      const abort = new AbortController();
      pending.set(key, abort);
      const release = hold();
      void ask(method, params, abort.signal).then((given) => {
        release();
        if (pending.get(key) === abort) pending.delete(key);
        if (!abort.signal.aborted) answer(id, given);
      });
    },
    withdraw(params) {
      const span = params && member(params, whole(params), 'requestId');
      if (span) pending.get(slice(params, span).toString('latin1'))?.abort();
    },
    close() {
      for (const abort of pending.values()) abort.abort();
      pending.clear();
    },
  };
}
