import type { Clock } from '../../model/clock.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { createOwner, type Owner } from './owner.ts';

/** How long one waits for the next call of its kind; milliseconds. */
const SPARE_MS = 60_000;

/**
 * Opens a connection for one owner; `capabilities` are what that client can be asked (JSON text). `onLost` is called when it ends by itself,
 * or takes nothing new any more: then with the milliseconds that what is under way on it may still take.
 */
export type OpenOwn = (
  client: { readonly owner: Owner; readonly capabilities: string | undefined },
  signal: AbortSignal,
  onLost: (drainMs?: number) => void,
) => Promise<Upstream>;

/** A connection that one owner has, and nobody after it. */
export interface Own {
  readonly owner: Owner;
  readonly opened: Promise<Upstream>;
  /** Once it is open. */
  upstream: Upstream | undefined;
  onLost: (drainMs?: number) => void;
  end(graceMs: number): Promise<void>;
}

export function openOwn(open: OpenOwn, capabilities: string | undefined): Own {
  const abort = new AbortController();
  const owner = createOwner();
  const own: Own = {
    owner,
    opened: open({ owner, capabilities }, abort.signal, (drainMs) => own.onLost(drainMs)),
    upstream: undefined,
    onLost: () => {},
    async end(graceMs) {
      abort.abort();
      await own.opened.then(
        (upstream) => upstream.close(graceMs),
        () => {},
      );
    },
  };
  own.opened.then(
    (upstream) => {
      own.upstream = upstream;
    },
    () => {},
  );
  return own;
}

/**
 * A process started ahead, for the next call that would have to wait for one of its own. It has answered nobody before, and serves nobody
 * after: what is shared is only the wait.
 */
export interface Spare {
  /** From here on it is the caller's; undefined when there is none for such a client. */
  take(capabilities: string | undefined): Own | undefined;
  /** Has one ready for the next client like this one, for a while. */
  prepare(capabilities: string | undefined): void;
  drop(): Promise<void>;
  /** No more of them. */
  close(): Promise<void>;
}

export function createSpare(open: OpenOwn, clock: Clock): Spare {
  let kept: { readonly own: Own; readonly capabilities: string | undefined } | undefined;
  let timer: { cancel(): void } | undefined;
  let isClosed = false;

  const drop = async (): Promise<void> => {
    const last = kept;
    kept = undefined;
    timer?.cancel();
    await last?.own.end(0);
  };

  return {
    take(capabilities) {
      if (kept?.capabilities !== capabilities) return undefined;
      const { own } = kept ?? {};
      kept = undefined;
      timer?.cancel();
      return own;
    },
    prepare(capabilities) {
      if (isClosed || (kept && kept.capabilities === capabilities)) return;
      void drop();
      const own = openOwn(open, capabilities);
      const lost = (): void => {
        if (kept?.own === own) void drop();
      };
      own.onLost = lost;
      own.opened.catch(lost);
      kept = { own, capabilities };
      timer = clock.setTimeout(() => void drop(), SPARE_MS);
    },
    drop,
    close() {
      isClosed = true;
      return drop();
    },
  };
}
