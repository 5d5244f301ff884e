/**
 * Routing of `resources/read`. URIs are not renamed: a listed URI is looked up, any other is matched to a
 * server.
 */
import type { Route } from '../model/catalog.ts';
import { beginningOf, newSteps, type Steps, type UriMatcher } from './uri-template.ts';

type Routes = ReadonlyMap<string, Route>;

/** Gives the matcher of a template. Templates stay the same from merge to merge, and so do their matchers. */
export type MatcherOf = (template: string) => UriMatcher;

/**
 * Makes the router of one view. `CatalogView.resourceRoute` has the order of preference.
 * @param servers names of the servers with the resources capability
 * @param declared names of the servers that the file declares: a discovered one gets what they leave
 */
export function resourceRouter(
  resources: Routes,
  templates: Routes,
  servers: readonly string[],
  declared: ReadonlySet<string>,
  matcherOf: MatcherOf,
): (uri: string) => Route | undefined {
  const matchers = [...templates.values()].map((route) => candidate(route, matcherOf)).sort(byBeginning);
  const specific = matchers.filter(({ scheme }) => scheme !== '');
  const forAll = matchers.filter(({ scheme }) => scheme === '');
  const owners = schemeOwners([...resources.values(), ...templates.values()]);
  const trusted = servers.filter((name) => declared.has(name));
  const candidates = trusted.length > 0 ? trusted : servers;
  const onlyServer = candidates.length === 1 ? candidates[0] : undefined;
  return (uri) => {
    const listed = resources.get(uri);
    if (listed) return listed;
    const steps = new Map<string, Steps>();
    const serverName =
      firstMatch(specific, uri, steps) ??
      owners.get(schemeOf(uri)) ??
      firstMatch(forAll, uri, steps) ??
      onlyServer;
    return serverName === undefined ? undefined : { serverName, key: uri };
  };
}

interface Matcher {
  readonly serverName: string;
  readonly scheme: string;
  /** Length of the literal text before the first expression. */
  readonly beginning: number;
  readonly matches: UriMatcher;
}

function candidate({ key, serverName }: Route, matcherOf: MatcherOf): Matcher {
  return { serverName, scheme: schemeOf(key), beginning: beginningOf(key), matches: matcherOf(key) };
}

/** The template that says most about its URIs comes first; equal ones stay in the order of their servers. */
const byBeginning = (a: Matcher, b: Matcher): number => b.beginning - a.beginning;

/** @param steps of each server; those of one do not count against another's */
function firstMatch(
  matchers: readonly Matcher[],
  uri: string,
  steps: Map<string, Steps>,
): string | undefined {
  const found = matchers.find(({ serverName, matches }) => {
    const own = steps.get(serverName) ?? newSteps();
    steps.set(serverName, own);
    return matches(uri, own);
  });
  return found?.serverName;
}

/** Maps each scheme that exactly one server uses to that server. */
function schemeOwners(routes: readonly Route[]): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const { key, serverName } of routes) {
    const scheme = schemeOf(key);
    if (scheme === '') continue;
    if ((owners.get(scheme) ?? serverName) !== serverName) shared.add(scheme);
    owners.set(scheme, serverName);
  }
  for (const scheme of shared) owners.delete(scheme);
  return owners;
}

/**
 * The scheme of a URI or template in lower case, as RFC 3986 section 3.1 compares schemes; empty if it has
 * none, or a template's scheme is not literal.
 */
export function schemeOf(uri: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(uri)?.[0].toLowerCase() ?? '';
}
