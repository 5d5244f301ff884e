/** Publishes what servers offer, and says what clients do not see of it. */
import { Catalogs } from './catalog/catalogs.ts';
import { conflictNotes } from './catalog/conflicts.ts';
import { filterNotes } from './catalog/filter-notes.ts';
import { namedServers } from './catalog/ownership.ts';
import { viewNotes } from './catalog/view-notes.ts';
import type { CurrentStack } from './current-stack.ts';
import type { Notices } from './notices.ts';
import type { Runtime } from './runtime/runtime.ts';
import { coalesce } from './scheduling.ts';

export class Publishing {
  readonly catalogs = new Catalogs();
  readonly #stack: CurrentStack;
  readonly #notices: Notices;

  constructor(stack: CurrentStack, notices: Notices) {
    this.#stack = stack;
    this.#notices = notices;
  }

  /** Publishes what the servers offer now. */
  publish(runtime: Pick<Runtime, 'listings'>): void {
    const notices = this.#notices;
    const listings = runtime.listings();
    const { conflicts } = this.catalogs.publish(listings, namedServers(this.#stack.desired.stack));
    notices.logWhile('conflicts', conflictNotes(conflicts));
    const idle = filterNotes(listings);
    notices.logWhile('filters', idle);
    notices.sayWhile('filters', idle.map(({ text }) => `warning: ${text}`).join('\n'));
  }

  /** Puts the views of the stack into effect. */
  setViews(): void {
    this.catalogs.setViews(this.#stack.desired.stack.views ?? []);
  }

  /**
   * Returns the function that puts the views into effect and says what they leave out, which is also said at
   * each change of a server until disposed of.
   */
  followViews(acquired: AsyncDisposableStack, { board }: Pick<Runtime, 'board'>): () => void {
    const note = coalesce(() => this.#noteViews(board));
    acquired.defer(board.onChange(note));
    return () => {
      this.setViews();
      note();
    };
  }

  /**
   * Says what views leave out, and which of their filters are idle. While servers start, that is not known,
   * and what was said before holds on.
   */
  #noteViews(board: Runtime['board']): void {
    const { views = [] } = this.#stack.desired.stack;
    const statuses = board.all();
    if (views.length > 0 && statuses.some(({ state }) => state === 'pending' || state === 'starting')) return;
    const names = statuses.map(({ serverName }) => serverName);
    const notes = viewNotes(views, this.catalogs.modern.current().all, names);
    const logged = notes.map((text) => ({ serverName: 'hive', text }));
    this.#notices.logWhile('views', logged);
    this.#notices.sayWhile('views', notes.map((text) => `warning: ${text}`).join('\n'));
  }
}
