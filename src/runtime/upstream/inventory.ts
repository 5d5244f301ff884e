/** The inventory of one connection: reads its server's lists and follows their changes. */
import type { CallRequest, Reply } from '../../model/calls.ts';
import { type Flaw, type Flaws, type Inventory, LIST_KINDS, type ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import type { Json } from '../../model/text/json.ts';
import { oneLine } from '../../model/text/visible.ts';
import { RPC } from '../../wire/codes.ts';
import { LISTS } from '../../wire/lists.ts';
import { MAX_NOTES } from './list-entries.ts';
import { ListRefresh } from './list-refresh.ts';
import { type FetchedList, fetchList } from './lists.ts';
import { errorMessage, refusedError } from './requests/failures.ts';
import type { Handshake } from './requests/handshake.ts';
import { readError } from './requests/rpc-error.ts';
import { createRevalidation, type Revalidation } from './revalidation.ts';

type Lists = Record<ListKind, Pick<FetchedList, 'definitions' | 'flaws'>>;

/** Takes the key of a definition that is left out, and why. */
export type LeaveOut = (key: string, problem: string) => void;

export interface InventoryOptions {
  readonly serverName: string;
  readonly handshake: Handshake;
  readonly clock: Clock;
  readonly call: (request: CallRequest) => Promise<Reply>;
  /** Leaves out tools that cannot be called. */
  readonly filterTools: (tools: Inventory['tools'], leaveOut: LeaveOut) => Inventory['tools'];
  /** A remark about the lists, for the server's log. */
  readonly note: (text: string) => void;
  /** Called when a list differs from before, but not for the first inventory. */
  readonly onChange: (inventory: Inventory) => void;
}

export class InventoryKeeper {
  readonly #options: InventoryOptions;
  readonly #refresh: ListRefresh;
  readonly #revalidation: Revalidation;
  /** As last stated, in milliseconds. */
  readonly #ttls = new Map<ListKind, number | undefined>();
  #current: Inventory;
  #isLoaded = false;
  #isClosed = false;

  constructor(options: InventoryOptions) {
    const { serverName, handshake, clock } = options;
    this.#options = options;
    this.#current = { serverName, ...handshake, tools: [], resources: [], templates: [], prompts: [] };
    this.#refresh = new ListRefresh(clock, (kinds) => this.#reread(kinds));
    this.#revalidation = createRevalidation({
      clock,
      isAnnounced: (kind) => this.#isAnnounced(kind),
      reread: (kind) => this.#reread([kind]),
    });
  }

  get current(): Inventory {
    return this.#current;
  }

  /** Reads every list that the capabilities declare. @throws GatewayError SERVER_REFUSED */
  async load(): Promise<void> {
    const lists: Partial<Lists> = {};
    for (const kind of this.#declared()) {
      const { error, ...list } = await this.#read(kind);
      if (error && kind === 'tools' && !isMissing(error))
        throw refusedError(this.#options.serverName, LISTS.tools.method, error);
      lists[kind] = list;
    }
    this.#replace(lists);
    this.#isLoaded = true;
    this.#refresh.start();
  }

  /** True if the notification announces a changed list, which is then read again. */
  notified(method: string): boolean {
    const kinds = LIST_KINDS.filter((kind) => LISTS[kind].changed === method);
    this.#refresh.add(kinds);
    return kinds.length > 0;
  }

  /** Reads all declared lists again: changes may have been missed. */
  refreshAll(): void {
    this.#refresh.add(this.#declared());
  }

  /** Reads the tools again, at once. Never rejects. */
  async refreshTools(): Promise<void> {
    await this.#reread(['tools']);
  }

  /** Undefined if the list may be used as it is; else resolves when it may. Never rejects. */
  revalidate(kind: ListKind): Promise<void> | undefined {
    return this.#isLoaded && !this.#isClosed ? this.#revalidation.revalidate(kind) : undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#refresh.close();
  }

  /** Resolves with the milliseconds for which the lists should not be read again. */
  async #reread(kinds: readonly ListKind[]): Promise<number> {
    const lists: Partial<Lists> = {};
    let restMs = 0;
    for (const kind of kinds) {
      const { error, restMs: rest, ...list } = await this.#read(kind);
      restMs += rest;
      // A list that cannot be read now has not disappeared.
      if (!error) lists[kind] = list;
    }
    if (!this.#isClosed && this.#replace(lists)) this.#options.onChange(this.#current);
    return restMs;
  }

  async #read(kind: ListKind): Promise<FetchedList> {
    const { call, note, handshake } = this.#options;
    const fetched = await fetchList(kind, handshake.era, call);
    // After a failure the last ttl decides when the list is tried again.
    if (!fetched.error) this.#ttls.set(kind, fetched.ttlMs);
    this.#revalidation.wasRead(kind, this.#ttls.get(kind), fetched.restMs);
    for (const text of fetched.notes) note(text);
    if (fetched.error) note(`${LISTS[kind].method} failed: ${errorMessage(fetched.error)}`);
    return kind === 'tools' ? this.#callable(fetched) : fetched;
  }

  #callable(tools: FetchedList): FetchedList {
    const { note, filterTools } = this.#options;
    const { mended, leftOut, named } = tools.flaws;
    const more: Flaw[] = [];
    const definitions = filterTools(tools.definitions, (key, problem) => {
      note(`tool ${oneLine(key)} is left out: ${oneLine(problem)}`);
      more.push({ list: 'tools', name: oneLine(key), what: oneLine(problem), isLeftOut: true });
    });
    const flaws = { mended, leftOut: leftOut + more.length, named: [...more, ...named].slice(0, MAX_NOTES) };
    return { ...tools, definitions, flaws };
  }

  /** True if a list differs from before. */
  #replace(lists: Partial<Lists>): boolean {
    const before = this.#current;
    const next: { -readonly [Key in keyof Inventory]: Inventory[Key] } = { ...before };
    const flaws: Partial<Record<ListKind, Flaws>> = { ...before.flaws };
    for (const kind of LIST_KINDS) {
      const list = lists[kind];
      if (!list) continue;
      next[kind] = list.definitions;
      if (list.flaws.named.length > 0) flaws[kind] = list.flaws;
      else delete flaws[kind];
    }
    if (Object.keys(flaws).length > 0) next.flaws = flaws;
    else delete next.flaws;
    this.#current = next;
    const isOther = JSON.stringify(before.flaws) !== JSON.stringify(next.flaws);
    return isOther || LIST_KINDS.some((kind) => !isSame(before[kind], next[kind]));
  }

  #declared(): ListKind[] {
    return LIST_KINDS.filter((kind) => this.#capability(kind) != null);
  }

  #isAnnounced(kind: ListKind): boolean {
    return (this.#capability(kind) as { listChanged?: unknown } | null | undefined)?.listChanged === true;
  }

  #capability(kind: ListKind): unknown {
    return this.#options.handshake.capabilities[LISTS[kind].capability];
  }
}

/** Some servers declare a capability without having all of its methods. */
const isMissing = (error: Json): boolean => readError(error).code === RPC.METHOD_NOT_FOUND;

const isSame = (before: Inventory[ListKind], after: Inventory[ListKind]): boolean =>
  before.length === after.length && before.every((definition, i) => definition.json === after[i]?.json);
