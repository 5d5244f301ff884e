/** Opens the links of servers that run outside containers, with the references in their entries resolved. */
import type { ContainerServer, NativeCommand, NativeServer, RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { openChild } from '../links/child.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import { resolveEnv } from '../memory/values.ts';
import type { Authorizer } from '../oauth/authorizer.ts';

/** Runs a native server, or a container server's `native` alternative, as a child process. */
export async function openNative(
  server: NativeServer | ContainerServer,
  command: NativeCommand,
  values: Values,
  events: LinkEvents,
): Promise<Link> {
  const env = await resolveEnv(command.env, server.envFile, values);
  const args = command.args.map((arg) => resolveReferences(arg, values));
  const cwd = server.type === 'native' ? server.workdir : process.cwd();
  const inheritEnv = server.type === 'native' ? server.inheritEnv : undefined;
  const program = resolveReferences(command.command, values);
  return openChild(
    { serverName: server.serverName, command: program, args, env, cwd, ...(inheritEnv && { inheritEnv }) },
    events,
  );
}

/**
 * Connects to a remote server. The HTTP client is loaded only now: it is a fifth of what a start would load.
 */
export async function openRemote(
  server: RemoteServer,
  values: Values,
  authorizer: Authorizer | undefined,
  events: LinkEvents,
): Promise<Link> {
  const { openHttpOrSse } = await import('../links/http/http-or-sse.ts');
  const headers = Object.entries(server.headers).map(([name, text]) => [
    name,
    resolveReferences(text, values),
  ]);
  return openHttpOrSse(
    {
      url: resolveReferences(server.url, values),
      headers: Object.fromEntries(headers),
      failFast: true,
      ...(authorizer ? { authorizer } : {}),
    },
    events,
  );
}
