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
 */
export function resourceRouter(
  resources: Routes,
  templates: Routes,
  servers: readonly string[],
): (uri: string) => Route | undefined {
  const matchers = [...templates.values()].map(({ key, serverName }) => ({
    serverName,
    matches: compileUriTemplate(key),
  }));
  const owners = schemeOwners([...resources.values(), ...templates.values()]);
  const onlyServer = servers.length === 1 ? servers[0] : undefined;
  return (uri) => {
    const listed = resources.get(uri);
    if (listed) return listed;
    const serverName =
      matchers.find(({ matches }) => matches(uri))?.serverName ?? owners.get(schemeOf(uri)) ?? onlyServer;
    return serverName === undefined ? undefined : { serverName, key: uri };
  };
}

/** Maps each scheme that exactly one server uses to that server. */
function schemeOwners(routes: readonly Route[]): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const { key, serverName } of routes) {
    const scheme = schemeOf(key);
    if ((owners.get(scheme) ?? serverName) !== serverName) shared.add(scheme);
    owners.set(scheme, serverName);
  }
  for (const scheme of shared) owners.delete(scheme);
  return owners;
}

/** The URI's scheme in lower case, as RFC 3986 section 3.1 compares schemes; empty if the URI has none. */
function schemeOf(uri: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(uri)?.[0].toLowerCase() ?? '';
}
