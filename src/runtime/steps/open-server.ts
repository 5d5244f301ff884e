/** Opens the links of servers that run outside containers, with the references in their entries resolved. */
import { GatewayError } from '../../errors.ts';
import type { ContainerServer, NativeCommand, NativeServer, RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values, variablesIn } from '../../model/references.ts';
import { headerProblem, urlProblem } from '../../model/text/http-values.ts';
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
 * @throws GatewayError VALUE_INVALID
 */
export async function openRemote(
  server: RemoteServer,
  values: Values,
  authorizer: Authorizer | undefined,
  events: LinkEvents,
): Promise<Link> {
  const url = remoteUrl(server, values);
  const headers = remoteHeaders(server, values);
  const { openHttpOrSse } = await import('../links/http/http-or-sse.ts');
  return openHttpOrSse(
    {
      url,
      headers,
      failFast: true,
      ...(authorizer ? { authorizer } : {}),
    },
    events,
  );
}

/** The values may have changed since the file was checked. */
function remoteUrl({ serverName, url }: RemoteServer, values: Values): string {
  const resolved = resolveReferences(url, values);
  const problem = urlProblem(resolved, true);
  if (problem) throw valueError(`the URL of ${serverName} ${problem}`, variablesIn(url));
  return resolved;
}

function remoteHeaders({ serverName, headers }: RemoteServer, values: Values): Record<string, string> {
  const resolved = Object.entries(headers).map(([name, text]): [string, string] => {
    const value = resolveReferences(text, values);
    const problem = headerProblem(value);
    if (problem) throw valueError(`the header ${name} of ${serverName} ${problem}`, variablesIn(text));
    return [name, value];
  });
  return Object.fromEntries(resolved);
}

/** Names no value: it may be a secret. */
const valueError = (message: string, variables: readonly string[]): GatewayError =>
  new GatewayError('VALUE_INVALID', message, {
    hint: `correct ${variables.map((name) => `\${${name}}`).join(' and ') || 'the entry'}, in .env or the environment`,
  });
