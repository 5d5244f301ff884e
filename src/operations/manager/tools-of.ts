/** Names of the tools that a server has, as clients call them. */
import type { GatewaySource } from '../gateway/gateway-view.ts';

export function toolsOf({ catalog }: Pick<GatewaySource, 'catalog'>, serverName: string): string[] {
  const { routes } = catalog.current().all.lists.tools;
  return [...routes].flatMap(([name, route]) => (route.serverName === serverName ? [name] : [])).sort();
}
