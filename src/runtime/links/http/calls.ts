/** Requests in flight on one HTTP link, each of which can be given up alone. Ids are JSON text. */
export interface HttpCalls {
  /** Aborted when the call is given up; what has no id lasts as long as the link. */
  begin(id: string | undefined): AbortSignal;
  /** Whether its answer is still missing. */
  isOpen(id: string): boolean;
  answered(id: string): void;
  abort(id: string): void;
  /** The link is closed: nothing of it goes on. */
  abortAll(): void;
  readonly life: AbortSignal;
}

// A controller for each call and one for the rest: joining two (`AbortSignal.any`) costs more than the whole request.
export function createHttpCalls(): HttpCalls {
  const life = new AbortController();
  const open = new Map<string, AbortController>();
  return {
    begin(id) {
      if (id === undefined || life.signal.aborted) return life.signal;
      const call = new AbortController();
      open.set(id, call);
      return call.signal;
    },
    isOpen: (id) => open.has(id),
    answered: (id) => void open.delete(id),
    abort(id) {
      open.get(id)?.abort();
      open.delete(id);
    },
    abortAll() {
      life.abort();
      for (const call of open.values()) call.abort();
      open.clear();
    },
    life: life.signal,
  };
}
