/**
 * The definitions of one server as clients see them, kept from merge to merge: a change of one server must
 * not cost the rendering of all others.
 */
import type { CatalogView, Definition, Listing, ListKind, Route } from '../model/catalog.ts';
import type { ServerView } from '../model/desired.ts';
import type { Era } from '../model/era.ts';
import type { Json } from '../model/text/json.ts';
import { jsonText } from '../model/text/json.ts';
import { member, splice, whole } from '../wire/envelope.ts';
import { definitionFor, paramHeadersOf } from './era-view.ts';
import { publicPromptName, publicToolName } from './naming.ts';
import { type UriMatcher, uriMatcher } from './uri-template.ts';

/** One definition that the view shows. */
export interface Shown {
  readonly definition: Definition;
  /** The public key. */
  readonly key: string;
  readonly route: Route;
}

/** One list of one server. */
export interface Rendered {
  readonly shown: readonly Shown[];
  /** False if several definitions have the same public key. */
  readonly isUnique: boolean;
  /** All definitions, joined by commas, for clients of each era. */
  readonly joined: Readonly<Record<Era, Json>>;
}

interface Kept {
  readonly prefix: string;
  readonly tools: ServerView['tools'];
  readonly era: Era;
  readonly serverName: string;
  readonly rendered: Rendered;
}

interface KeptView {
  readonly listing: Listing;
  readonly view: CatalogView;
}

/** A server is rendered with its prefix, without it, and anew after an edit. */
const MAX_KEPT = 2;

export class Rendering {
  readonly #lists = new WeakMap<readonly Definition[], Kept[]>();
  readonly #views = new Map<string, KeptView>();
  #matchers = new Map<string, UriMatcher>();

  /** One list as its view shows it. */
  list(kind: ListKind, { inventory, view: { prefix, tools } }: Listing): Rendered {
    const { serverName, era = 'legacy' } = inventory;
    const definitions = inventory[kind];
    const kept = this.#lists.get(definitions) ?? [];
    const found = kept.find(
      (it) => it.prefix === prefix && it.tools === tools && it.era === era && it.serverName === serverName,
    );
    if (found) return found.rendered;
    const rendered = render(kind, { prefix, tools }, definitions, era, serverName);
    const others = kept.slice(-(MAX_KEPT - 1));
    this.#lists.set(definitions, [...others, { prefix, tools, era, serverName, rendered }]);
    return rendered;
  }

  /** A server's own view: the one before if nothing of it has changed. */
  ownView(listing: Listing, make: () => CatalogView): CatalogView {
    const { serverName } = listing.inventory;
    const before = this.#views.get(serverName);
    if (before && isSameListing(before.listing, listing)) return before.view;
    const view = make();
    this.#views.set(serverName, { listing, view });
    return view;
  }

  readonly matcherOf = (template: string): UriMatcher => {
    const known = this.#matchers.get(template) ?? uriMatcher(template);
    this.#matchers.set(template, known);
    return known;
  };

  /** Forgets what belongs to none of these listings. */
  keep(listings: readonly Listing[]): void {
    const names = new Set(listings.map(({ inventory }) => inventory.serverName));
    for (const name of this.#views.keys()) if (!names.has(name)) this.#views.delete(name);
    const used = new Map<string, UriMatcher>();
    for (const { inventory } of listings)
      for (const { key } of inventory.templates) {
        const matcher = this.#matchers.get(key);
        if (matcher) used.set(key, matcher);
      }
    this.#matchers = used;
  }
}

/** Parts of an inventory keep their identity as long as they do not change. */
function isSameListing(before: Listing, after: Listing): boolean {
  const [a, b] = [before.inventory, after.inventory];
  return (
    a.tools === b.tools &&
    a.resources === b.resources &&
    a.templates === b.templates &&
    a.prompts === b.prompts &&
    a.capabilities === b.capabilities &&
    a.instructions === b.instructions &&
    a.era === b.era &&
    before.view.tools === after.view.tools &&
    before.isDiscovered === after.isDiscovered
  );
}

function render(
  kind: ListKind,
  view: Pick<ServerView, 'prefix' | 'tools'>,
  definitions: readonly Definition[],
  era: Era,
  serverName: string,
): Rendered {
  const shown: Shown[] = [];
  const texts: Record<Era, Json[]> = { legacy: [], modern: [] };
  for (const definition of definitions) {
    const key = publicKey(kind, view, definition.key);
    if (key === undefined) continue;
    const text = definitionText(definition, key);
    shown.push({ definition, key, route: routeOf(kind, serverName, definition.key, text) });
    texts.legacy.push(definitionFor('legacy', kind, text, era));
    texts.modern.push(definitionFor('modern', kind, text, era));
  }
  const isUnique = new Set(shown.map(({ key }) => key)).size === shown.length;
  const legacy = joined(texts.legacy);
  const differs = texts.modern.some((text, index) => text !== texts.legacy[index]);
  return { shown, isUnique, joined: { legacy, modern: differs ? joined(texts.modern) : legacy } };
}

/** One definition of a list in the form of each era. */
export function textsOf(kind: ListKind, { definition, key }: Shown, era: Era): Record<Era, Json> {
  const text = definitionText(definition, key);
  return {
    legacy: definitionFor('legacy', kind, text, era),
    modern: definitionFor('modern', kind, text, era),
  };
}

function routeOf(kind: ListKind, serverName: string, key: string, text: Json): Route {
  const paramHeaders = paramHeadersOf(kind, text);
  return Object.freeze(paramHeaders.length > 0 ? { serverName, key, paramHeaders } : { serverName, key });
}

/**
 * Resources and templates keep their URIs: clients get them from tool results too, where nothing rewrites
 * them.
 */
function publicKey(
  kind: ListKind,
  view: Pick<ServerView, 'prefix' | 'tools'>,
  key: string,
): string | undefined {
  if (kind === 'tools') return publicToolName(view, key);
  return kind === 'prompts' ? publicPromptName(view, key) : key;
}

/** The server's own text, unchanged except for the value of `name`. */
function definitionText({ key, json }: Definition, shownName: string): Json {
  const text = jsonText(json);
  if (shownName === key) return text;
  const name = member(text, whole(text), 'name');
  return name ? splice(text, [{ ...name, with: Buffer.from(JSON.stringify(shownName)) }]) : text;
}

const COMMA = Buffer.from(',');

/** Joins JSON texts by commas. */
export const joined = (items: readonly Json[]): Json =>
  Buffer.concat(items.flatMap((item, index) => (index === 0 ? [item] : [COMMA, item]))) as Json;
