import type { Inventory } from '../../model/catalog.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ServerView } from '../../model/desired.ts';
import type { ServerStatus } from '../../model/status.ts';
import type { KnownLists } from '../memory/known-lists.ts';
import type { Instance } from './instance.ts';
import type { InstanceEvent } from './instances.ts';
import type { StatusBoard } from './status-board.ts';

/** What clients see of a server: what it offers, offered until it crashed and may again, or offered when it last ran. */
export interface Offer {
  readonly inventory: Inventory;
  readonly view: ServerView;
}

export interface Offers {
  /** Exactly these servers are there to offer anything. */
  declare(units: readonly Unit[]): void;
  put(instance: Instance, inventory: Inventory): void;
  /**
   * A server that fails keeps its listing while it is to be tried again. What it offered last is shown in place of its listing as long as it
   * may become ready (again).
   */
  follow(event: InstanceEvent): void;
  /** Its view changed, or whether it may come. */
  changed(serverName: string): void;
  /** Whether its lists are known without asking it. */
  isKnown(unit: Unit): boolean;
  all(): readonly Offer[];
}

export interface OffersDeps {
  readonly board: StatusBoard;
  readonly known: KnownLists;
  /** False for one that has failed for good, or cannot run here. */
  readonly mayCome: (serverName: string) => boolean;
  /** What clients see of an offer. */
  readonly countOf: (offer: Offer) => ServerStatus['counts'];
  readonly onOffers: () => void;
}

export function createOffers({ board, known, mayCome, countOf, onOffers }: OffersDeps): Offers {
  const declared = new Map<string, Unit>();
  const live = new Map<string, { readonly instance: Instance; readonly inventory: Inventory }>();

  const offerOf = (serverName: string): Offer | undefined => {
    const running = live.get(serverName);
    if (running) return { inventory: running.inventory, view: running.instance.unit.server.view };
    const unit = declared.get(serverName);
    const inventory = unit && isLasting(unit) && mayCome(serverName) ? known.of(unit) : undefined;
    return unit && inventory && { inventory, view: unit.server.view };
  };
  const show = (serverName: string): void => {
    const offer = offerOf(serverName);
    board.offers(serverName, offer && countOf(offer));
    onOffers();
  };

  const put = (instance: Instance, inventory: Inventory): void => {
    live.set(instance.serverName, { instance, inventory });
    if (isLasting(instance.unit)) known.keep(instance.unit, inventory);
    show(instance.serverName);
  };
  const inherit = (failed: Instance, next: Instance): void => {
    const last = live.get(next.serverName);
    if (last?.instance === failed) live.set(next.serverName, { ...last, instance: next });
  };
  const withdraw = (instance: Instance): void => {
    if (live.get(instance.serverName)?.instance === instance) live.delete(instance.serverName);
    show(instance.serverName);
  };

  return {
    declare(units) {
      declared.clear();
      for (const unit of units) declared.set(unit.server.serverName, unit);
      for (const name of declared.keys()) if (!live.has(name)) show(name);
      // One that is gone may have shown what was known of it.
      onOffers();
    },
    put,
    follow(event) {
      const { kind, instance } = event;
      if (kind === 'begun' && event.replaced) inherit(event.replaced, instance);
      if (kind === 'connected') put(instance, instance.state.connections.upstream.inventory);
      if (kind === 'updated') show(instance.serverName);
      if (kind === 'draining' || (kind === 'failed' && instance.state.retry === 'givenUp'))
        withdraw(instance);
    },
    changed: show,
    isKnown: (unit) => isLasting(unit) && known.of(unit) !== undefined,
    all: () => [...new Set([...live.keys(), ...declared.keys()])].flatMap((name) => offerOf(name) ?? []),
  };
}

/** What other people's containers run, only they know. */
function isLasting({ server }: Unit): boolean {
  return server.type !== 'discovered';
}
