/**
 * Routing of `resources/read`. URIs are not renamed: a listed URI is looked up, any other is matched to a
 * server.
 */
import type { Route } from '../model/catalog.ts';
import { compileUriTemplate } from './uri-template.ts';

type Routes = ReadonlyMap<string, Route>;

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
): (uri: string) => Route | undefined {
  const matchers = [...templates.values()].map(matcherOf).sort(byBeginning);
  const specific = matchers.filter(({ scheme }) => scheme !== '');
  const forAll = matchers.filter(({ scheme }) => scheme === '');
  const owners = schemeOwners([...resources.values(), ...templates.values()]);
  const trusted = servers.filter((name) => declared.has(name));
  const candidates = trusted.length > 0 ? trusted : servers;
  const onlyServer = candidates.length === 1 ? candidates[0] : undefined;
  return (uri) => {
    const listed = resources.get(uri);
    if (listed) return listed;
    const serverName =
      firstMatch(specific, uri) ?? owners.get(schemeOf(uri)) ?? firstMatch(forAll, uri) ?? onlyServer;
    return serverName === undefined ? undefined : { serverName, key: uri };
  };
}

interface Matcher {
  readonly serverName: string;
  readonly scheme: string;
  /** Length of the literal text before the first expression. */
  readonly beginning: number;
  readonly matches: (uri: string) => boolean;
}

function matcherOf({ key, serverName }: Route): Matcher {
  const brace = key.indexOf('{');
  const beginning = brace < 0 ? key.length : brace;
  return { serverName, scheme: schemeOf(key), beginning, matches: compileUriTemplate(key) };
}

/** The template that says most about its URIs comes first; equal ones stay in the order of their servers. */
const byBeginning = (a: Matcher, b: Matcher): number => b.beginning - a.beginning;

const firstMatch = (matchers: readonly Matcher[], uri: string): string | undefined =>
  matchers.find(({ matches }) => matches(uri))?.serverName;

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
