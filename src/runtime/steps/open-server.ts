/** Opens the links of servers that run outside containers, with the references in their entries resolved. */
import { GatewayError } from '../../errors.ts';
import { defined } from '../../model/collections/defined.ts';
import type { ContainerServer, NativeCommand, NativeServer, RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values, variablesIn } from '../../model/references.ts';
import { type ChildOptions, openChild } from '../links/child.ts';
import type { LiveHeader } from '../links/http/session.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import { resolveEnv } from '../memory/values.ts';
import type { Authorizer } from '../oauth/authorizer.ts';

/** Runs a native server, or a container server's `native` alternative, as a child process. */
export async function openNative(
  server: NativeServer | ContainerServer,
  command: NativeCommand,
  values: Values,
  events: LinkEvents,
  turns: Pick<ChildOptions, 'installs' | 'runs' | 'signal'> = {},
): Promise<Link> {
  const env = await resolveEnv(command.env, server.envFile, values);
  const args = command.args.map((arg) => resolveReferences(arg, values));
  const cwd = server.type === 'native' ? server.workdir : process.cwd();
  const inheritEnv = server.type === 'native' ? server.inheritEnv : undefined;
  const program = resolveReferences(command.command, values);
  const { serverName } = server;
  const facts = {
    serverName,
    command: program,
    args,
    env,
    cwd,
    ...defined({ inheritEnv }),
    ...turns,
  };
  return openChild(facts, events);
}

/**
 * Connects to a remote server. The HTTP client is loaded only now: it is a fifth of what a start would load.
 * @throws GatewayError VALUE_INVALID, START_FAILED
 */
export async function openRemote(
  server: RemoteServer,
  values: Values,
  authorizer: Authorizer | undefined,
  events: LinkEvents,
  hops?: LiveHeader,
): Promise<Link> {
  const url = remoteUrl(server, values);
  const headers = remoteHeaders(server, values);
  const [{ openHttpOrSse }, { openNetwork }] = await Promise.all([
    import('../links/http/http-or-sse.ts'),
    import('../network/network.ts'),
  ]);
  const network = await openNetwork(server, values);
  return openHttpOrSse(
    {
      url,
      headers,
      failFast: true,
      network,
      ...defined({ authorizer, hops }),
    },
    events,
  );
}

/** A variable may have a value that makes no URL: that fails its server only. */
function remoteUrl({ serverName, url }: RemoteServer, values: Values): string {
  const resolved = resolveReferences(url, values).trim();
  const isUrl = /^https?:\/\//i.test(resolved) && !/\s/.test(resolved) && URL.canParse(resolved);
  if (!isUrl) throw valueError(`url of ${serverName} is not a URL such as https://mcp.example.com/mcp`, url);
  return resolved;
}

/** Characters that HTTP lets into a header value (RFC 9110, 5.5). */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

function remoteHeaders({ serverName, headers }: RemoteServer, values: Values): Record<string, string> {
  const resolved = Object.entries(headers).map(([name, text]) => {
    const value = resolveReferences(text, values).trim();
    if (SENDABLE.test(value)) return [name, value];
    throw valueError(`headers.${name} of ${serverName} holds a character that HTTP cannot send`, text);
  });
  return Object.fromEntries(resolved);
}

/** Names the variables of the text, and not their values, which may be secrets. */
function valueError(message: string, text: string): GatewayError {
  const names = variablesIn(text).map((name) => `\${${name}}`);
  const place = names.length === 0 ? '' : `, with the value of ${names.join(' and ')}`;
  return new GatewayError('VALUE_INVALID', message + place, {
    hint: `correct ${names.join(' or ') || 'the entry'}, in .env or the environment`,
  });
}
