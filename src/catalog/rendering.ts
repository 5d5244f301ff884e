/**
 * The definitions of one server as clients see them, kept from merge to merge: a change of one server must
 * not cost the rendering of all others.
 */
import type { CatalogView, Definition, Listing, ListKind, Route } from '../model/catalog.ts';
import type { ServerView } from '../model/desired.ts';
import type { Era } from '../model/era.ts';
import type { Json } from '../model/text/json.ts';
import { jsonText } from '../model/text/json.ts';
import { toolRole } from '../policy/tool-role.ts';
import { member, splice, whole } from '../wire/envelope.ts';
import { definitionFor, paramHeadersOf } from './era-view.ts';
import { hiddenByReadOnly, isShown, publicNames, shownName } from './naming.ts';
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
  /** Undefined in the server's own view. */
  readonly prefix: string | undefined;
  readonly longerPrefixes: readonly string[];
  readonly tools: ServerView['tools'];
  readonly role: ServerView['role'];
  readonly isBuiltin: Listing['isBuiltin'];
  readonly era: Era;
  readonly serverName: string;
  readonly rendered: Rendered;
}

interface KeptView {
  readonly listing: Listing;
  readonly view: CatalogView;
}

/** A listing as one view shows it. */
export type ViewedListing = Listing & {
  /** True in the view of the server alone, where its names stay as they are. */
  readonly isOwnView?: boolean;
  /** Prefixes of other servers of the file that begin with this one's. */
  readonly longerPrefixes?: readonly string[];
};

const isSameText = (a: readonly string[], b: readonly string[]): boolean => a.join(' ') === b.join(' ');

/** A server is rendered with its prefix, without it, and anew after an edit. */
const MAX_KEPT = 2;

export class Rendering {
  readonly #lists = new WeakMap<readonly Definition[], Kept[]>();
  readonly #views = new Map<string, KeptView>();
  #matchers = new Map<string, UriMatcher>();

  /** One list as its view shows it. */
  list(
    kind: ListKind,
    { inventory, view, isOwnView, isBuiltin, longerPrefixes = [] }: ViewedListing,
  ): Rendered {
    const { serverName, era = 'legacy' } = inventory;
    const { tools } = view;
    const role = isBuiltin ? view.role : undefined;
    const prefix = isOwnView ? undefined : view.prefix;
    const definitions = inventory[kind];
    const kept = this.#lists.get(definitions) ?? [];
    const found = kept.find(
      (it) =>
        it.prefix === prefix &&
        it.tools === tools &&
        it.role === role &&
        it.isBuiltin === isBuiltin &&
        it.era === era &&
        it.serverName === serverName &&
        isSameText(it.longerPrefixes, longerPrefixes),
    );
    if (found) return found.rendered;
    const names = namesOf(kind, { prefix, tools, longerPrefixes }, definitions);
    const routeOf = routing(kind, serverName, isBuiltin ? view : undefined);
    const rendered = render(kind, names, definitions, era, routeOf);
    const others = kept.slice(-(MAX_KEPT - 1));
    const own = { prefix, longerPrefixes, tools, role, isBuiltin, era, serverName, rendered };
    this.#lists.set(definitions, [...others, own]);
    return rendered;
  }

  /** A server's own view: the one before if nothing of it has changed. */
  ownView(listing: Listing, make: () => CatalogView): CatalogView {
    const { serverName } = listing.inventory;
    const before = this.#views.get(serverName);
    if (before && isSameListing(before.listing, listing)) return before.view;
    const view = make();
    // Lists of the other era must not live as long as this view.
    const { legacy: _, ...seen } = listing;
    this.#views.set(serverName, { listing: seen, view });
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
    before.view.role === after.view.role &&
    before.isBuiltin === after.isBuiltin &&
    before.isDiscovered === after.isDiscovered
  );
}

function render(
  kind: ListKind,
  names: NameOf,
  definitions: readonly Definition[],
  era: Era,
  routeOf: RouteOf,
): Rendered {
  const shown: Shown[] = [];
  const texts: Record<Era, Json[]> = { legacy: [], modern: [] };
  for (const definition of definitions) {
    const key = names(definition.key);
    if (key === undefined) continue;
    const text = definitionText(definition, key);
    shown.push({ definition, key, route: routeOf(definition.key, text) });
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

/** Gives the route of a definition by the server's own key, and the text that clients get. */
type RouteOf = (key: string, text: Json) => Route;

/** @param builtin view of the server if that is built in: its tools need roles */
const routing =
  (kind: ListKind, serverName: string, builtin: ServerView | undefined): RouteOf =>
  (key, text) => {
    const paramHeaders = paramHeadersOf(kind, text);
    return Object.freeze({
      serverName,
      key,
      ...(paramHeaders.length > 0 && { paramHeaders }),
      ...(builtin && kind === 'tools' && { role: toolRole(text, builtin) }),
    });
  };

const NOTHING: ReadonlySet<string> = new Set();

/** Gives the public key of a definition by the server's own; undefined if the view hides it. */
type NameOf = (key: string) => string | undefined;

/**
 * Resources and templates keep their URIs: clients get them from tool results too, where nothing rewrites
 * them.
 */
function namesOf(
  kind: ListKind,
  { prefix, tools, longerPrefixes }: Pick<Kept, 'prefix' | 'tools' | 'longerPrefixes'>,
  definitions: readonly Definition[],
): NameOf {
  if (kind === 'resources' || kind === 'templates') return (key) => key;
  const writing = kind === 'tools' ? hiddenByReadOnly(tools, definitions) : NOTHING;
  const isHidden = (key: string): boolean => kind === 'tools' && (!isShown(tools, key) || writing.has(key));
  if (prefix === undefined) return (key) => (isHidden(key) ? undefined : shownName(kind, { tools }, key));
  const keys = definitions.map(({ key }) => key);
  const names = publicNames(kind, { prefix, tools, longerPrefixes }, keys);
  return (key) => (isHidden(key) ? undefined : names.get(key));
}

/** The server's own text, unchanged except for the value of `name`. */
function definitionText({ key, json }: Definition, shownName: string): Json {
  const text = jsonText(json);
  if (shownName === key) return text;
  const name = member(text, whole(text), 'name');
  return name ? splice(text, [{ ...name, with: Buffer.from(JSON.stringify(shownName)) }]) : text;
}

const COMMA = Buffer.from(',');

/** Joins JSON texts by commas; empty ones are left out. */
export function joined(items: readonly Json[]): Json {
  const shown = items.filter(({ length }) => length > 0);
  return Buffer.concat(shown.flatMap((item, index) => (index === 0 ? [item] : [COMMA, item]))) as Json;
}
