import type { CallRequest, Reply } from '../../model/calls.ts';
import { type Inventory, LIST_KINDS, type ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { LISTS } from '../../wire/lists.ts';
import { createFreshness } from './freshness.ts';
import { type FetchedList, fetchList } from './lists.ts';
import { errorMessage, refusedError } from './requests/failures.ts';
import type { Handshake } from './requests/handshake.ts';
import { readError } from './requests/rpc-error.ts';

/** Servers announce changes in bursts; one look at the end of a burst is enough. */
const BURST_MS = 100;

type Lists = Record<ListKind, Inventory[ListKind]>;

export interface InventoryOptions {
  readonly serverName: string;
  readonly handshake: Handshake;
  readonly clock: Clock;
  readonly call: (request: CallRequest) => Promise<Reply>;
  /** Which of the tools can be used at all. */
  readonly usable?: ((tools: Inventory['tools']) => Inventory['tools']) | undefined;
  /** Something odd about the lists, for the server's log. */
  readonly note: (text: string) => void;
  readonly onChange: (inventory: Inventory) => void;
}

export interface InventoryKeeper {
  readonly current: Inventory;
  /** Reads every list that the capabilities declare. @throws GatewayError SERVER_REFUSED */
  load(): Promise<void>;
  /** True when the notification was about a list; then it is read again soon. */
  changed(method: string): boolean;
  /** Every list that can change may have: all of them are read again soon. */
  missed(): void;
  /** Reads one list again now. Never rejects. */
  renew(kind: ListKind): Promise<void>;
  /** Somebody wants this list: undefined while it may be served as it is, else resolves when it may. Never rejects. */
  freshen(kind: ListKind): Promise<void> | undefined;
  close(): void;
}

export function createInventory(options: InventoryOptions): InventoryKeeper {
  const { serverName, handshake, clock, call, note, onChange } = options;
  const dirty = new Set<ListKind>();
  let lists: Lists = { tools: [], resources: [], templates: [], prompts: [] };
  let current: Inventory = { serverName, ...handshake, ...lists };
  let isLoaded = false;
  let isReading = false;
  let isClosed = false;
  let timer: { cancel(): void } | undefined;
  const ttls = new Map<ListKind, number | undefined>();
  const freshness = createFreshness({ clock, isTold, renew });
  const declares = (kind: ListKind): boolean => handshake.capabilities[LISTS[kind].capability] != null;

  function isTold(kind: ListKind): boolean {
    const capability = handshake.capabilities[LISTS[kind].capability];
    return (capability as { listChanged?: unknown } | null | undefined)?.listChanged === true;
  }

  async function read(kind: ListKind): Promise<FetchedList> {
    const fetched = await fetchList(kind, call);
    // What fails is tried again as late as what does not.
    if (!fetched.error) ttls.set(kind, fetched.ttlMs);
    freshness.wasRead(kind, ttls.get(kind));
    for (const text of fetched.notes) note(text);
    if (fetched.error) note(`${LISTS[kind].method} failed: ${errorMessage(fetched.error)}`);
    if (kind !== 'tools' || !options.usable) return fetched;
    return { ...fetched, definitions: options.usable(fetched.definitions) };
  }

  async function renew(kind: ListKind): Promise<void> {
    const { definitions, error } = await read(kind);
    if (!error && !isClosed && publish({ [kind]: definitions })) onChange(current);
  }

  function publish(next: Partial<Lists>): boolean {
    lists = { ...lists, ...next };
    const before = current;
    current = { serverName, ...handshake, ...lists };
    return LIST_KINDS.some((kind) => !isSame(before[kind], current[kind]));
  }

  async function refresh(): Promise<void> {
    isReading = true;
    const kinds = [...dirty];
    dirty.clear();
    const next: Partial<Lists> = {};
    for (const kind of kinds) {
      const { definitions, error } = await read(kind);
      // What cannot be read now has not gone for that.
      if (!error) next[kind] = definitions;
    }
    isReading = false;
    if (isClosed) return;
    if (publish(next)) onChange(current);
    schedule();
  }

  function schedule(): void {
    if (timer || isReading || isClosed || !isLoaded || dirty.size === 0) return;
    timer = clock.setTimeout(() => {
      timer = undefined;
      void refresh();
    }, BURST_MS);
  }

  return {
    get current() {
      return current;
    },
    async load() {
      const next: Partial<Lists> = {};
      for (const kind of LIST_KINDS.filter(declares)) {
        const { definitions, error } = await read(kind);
        if (error && kind === 'tools' && !isMissing(error))
          throw refusedError(serverName, LISTS.tools.method, error);
        next[kind] = definitions;
      }
      publish(next);
      isLoaded = true;
      schedule();
    },
    changed(method) {
      const kinds = LIST_KINDS.filter((kind) => LISTS[kind].changed === method);
      for (const kind of kinds) dirty.add(kind);
      schedule();
      return kinds.length > 0;
    },
    missed() {
      for (const kind of LIST_KINDS.filter(declares)) dirty.add(kind);
      schedule();
    },
    renew,
    freshen: (kind) => (isLoaded && !isClosed ? freshness.freshen(kind) : undefined),
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** Some servers declare a capability and do not have all of its methods. */
const isMissing = (error: Buffer): boolean => readError(error).code === RPC.METHOD_NOT_FOUND;

const isSame = (before: Inventory[ListKind], after: Inventory[ListKind]): boolean =>
  before.length === after.length && before.every((definition, i) => definition.json === after[i]?.json);
