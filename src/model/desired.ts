/** Servers as a config file declares them: loaded once and frozen. Paths are absolute, durations in ms. */

import type { BuiltinKeys } from './access/builtin-keys.ts';
import type { Role } from './access/role.ts';
import type { SecretTrouble } from './secrets/secrets.ts';

/** A place in one of the user's files; `line` is 1-based. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export type Server = ContainerServer | NativeServer | RemoteServer | BuiltinServer;

/** How clients see a server. A change needs no restart of the server. */
export interface ServerView {
  /** Text before tool and prompt names, as in PREFIX_TOOL; empty to leave the names as they are. */
  readonly prefix: string;
  readonly tools: ToolFilter;
  readonly timeouts: Timeouts;
  /** Most calls under way at once; a further call is refused. */
  readonly maxInFlight: number;
  readonly isolation: Isolation;
  /** `eager`: with the gateway; `lazy`: at the first call. */
  readonly start: 'eager' | 'lazy';
  /** Of a built-in server: the highest role that callers have at it; absent for `DEFAULT_GRANT`. */
  readonly role?: Role;
}

/**
 * Clients that share one running server: all, the requests of one session, or none (each call has its own).
 */
export type Isolation = 'shared' | 'session' | 'call';

/** Which tools of a server clients see. All names are the server's own. */
export interface ToolFilter {
  /** Names or `*` patterns of tools to show; absent for all. */
  readonly allow?: readonly string[];
  /** Names or `*` patterns of tools to hide; takes precedence over `allow`. */
  readonly deny?: readonly string[];
  /** True to show only tools whose annotations say `readOnlyHint: true`, which is their server's word. */
  readonly readOnly?: true;
  /** Names to show, before the prefix is added, by the server's own name. */
  readonly rename: Readonly<Record<string, string>>;
}

/** A part of the catalog that the config file names: `/mcp?view=NAME` shows it. */
export interface NamedView {
  readonly viewName: string;
  /** Names or `*` patterns of servers, in the order in which their tools are listed; absent for all. */
  readonly servers?: readonly string[];
  /**
   * Servers of which the view shows nothing, resources and instructions neither: those that it does not name,
   * and of whose tools `allow` can match none, by their prefix. Absent for none.
   */
  readonly without?: readonly string[];
  /** Filters by the names that clients of `/mcp` see. */
  readonly tools: Pick<ToolFilter, 'allow' | 'deny'>;
  /** Most tools that are listed; absent for all. */
  readonly limit?: number;
}

/** Time limits of one server, in milliseconds. */
export interface Timeouts {
  /** From the start of the link to the answer of `initialize`. */
  readonly start: number;
  /** For a call without progress; each progress notification restarts it. */
  readonly call: number;
  /** For a whole call, however much progress its server reports. */
  readonly callMax: number;
  /** For calls under way when the server is replaced or stopped. */
  readonly drain: number;
  /** Silence before a ping is sent, and the time to answer the ping; 0 for no pings. */
  readonly health: number;
  /** Time without a call before a lazy server is stopped. */
  readonly idle: number;
}

/** Time limits that neither the server's entry nor the stack's `defaults` set. */
export const DEFAULT_TIMEOUTS_MS: Timeouts = Object.freeze({
  start: 60_000,
  call: 60_000,
  callMax: 3_600_000,
  drain: 30_000,
  health: 30_000,
  idle: 300_000,
});

/** Limits of a container, where neither its entry nor the stack's `defaults` set them. */
export const DEFAULT_LIMITS = Object.freeze({ cpus: 1, memory: '512m', pids: 256 });

/** Calls under way at once at one server, where its entry and the stack's `defaults` set no number. */
export const DEFAULT_MAX_IN_FLIGHT = 1000;

/** Members of every declared server. */
interface ServerBase {
  readonly serverName: string;
  readonly view: ServerView;
  readonly place: Place;
  /** Set for a server that was added at run time. */
  readonly origin?: 'added';
  /** Variables of the entry without a value and a default: the server cannot start while there are any. */
  readonly unset: readonly UnsetVariable[];
}

export interface UnsetVariable {
  readonly variable: string;
  readonly place: Place;
  /** Set for a secret whose store cannot be read. */
  readonly trouble?: SecretTrouble;
}

export type Transport = 'stdio' | 'http';
export type LinkChoice = 'auto' | 'pipe' | 'attach' | 'exec';

export interface ContainerServer extends ServerBase {
  readonly type: 'container';
  readonly transport: Transport;
  readonly image?: string;
  readonly build?: Build;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** May hold `${VAR}` references. Compose resolves them; the compiled file never holds a value. */
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: readonly string[];
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Short syntax. Host folders are relative to the Compose file's folder, or absolute. */
  readonly volumes: readonly string[];
  /** `isolated` (a network of its own), `none`, `host`, or the name of a network to share. */
  readonly network: string;
  readonly ports: readonly string[];
  /** Port on which an HTTP server listens inside the container. */
  readonly port?: number;
  /** URL path of an HTTP server's endpoint. */
  readonly path: string;
  readonly workdir?: string;
  readonly user?: string;
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  readonly cpus: number;
  /** Lower case, in the units of Compose: `512m`. */
  readonly memory: string;
  readonly pids: number;
  readonly capAdd: readonly string[];
  readonly runtime?: string;
  readonly platform?: string;
  readonly pull?: 'always' | 'missing' | 'never';
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly restart: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopGrace: number;
  readonly link: LinkChoice;
  /** How the same server runs as a native process where there is no engine. */
  readonly native?: NativeCommand;
  /** Raw keys of the Compose service, merged last. */
  readonly compose: Readonly<Record<string, unknown>>;
}

/** An image that Hive builds. */
export interface Build {
  /** A folder, or the URL of a repository, an archive or a Dockerfile, which the engine fetches. */
  readonly context: string;
  /** Absolute; for a context with a URL, relative to it. */
  readonly dockerfile: string;
  /** True for a context with a URL. */
  readonly isRemote?: boolean;
  /** Values may hold `${VAR}` references. */
  readonly args?: Readonly<Record<string, string>>;
  /** The stage to build; absent for the last one. */
  readonly target?: string;
  /** Hex digest of all that the build depends on: its files, its platform and its raw build keys. */
  readonly digest: string;
  /**
   * Digests of what can change: `dockerfile` with the keys of the build, and `./FILE` for each file that it
   * copies, unless there are very many.
   */
  readonly parts?: Readonly<Record<string, string>>;
}

/** A secret: the contents of a file, or the value of an environment variable. */
/** A secret that Hive keeps is the variable `secret:NAME`. */
export type SecretSource = { readonly file: string } | { readonly environment: string };

/** A process to run. Every text may hold `${VAR}` references, which are resolved when the process starts. */
export interface NativeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface NativeServer extends ServerBase, NativeCommand {
  readonly type: 'native';
  readonly envFile: readonly string[];
  /** Variables of the gateway's environment to pass on: names or `*` patterns; absent if there are none. */
  readonly inheritEnv?: readonly string[];
  readonly workdir: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopGrace: number;
}

export interface RemoteServer extends ServerBase {
  readonly type: 'remote';
  /** May hold `${VAR}` references, like the values of headers. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly oauth?: OAuthClientSettings;
  /** Certificate authorities to trust beside the usual ones: a PEM file, as an absolute path. */
  readonly tls?: { readonly ca: string };
}

/** Hive as an OAuth client of a remote server. Without `clientId` Hive registers itself at the issuer. */
export interface OAuthClientSettings {
  readonly clientId?: string;
  /** May hold `${VAR}` references. */
  readonly clientSecret?: string;
  /** Key that signs in place of a secret (private_key_jwt, RFC 7523): PEM or JWK. */
  readonly privateKey?: SecretSource;
  /** The only authorization server that may get the secret; absent for the one that the server names. */
  readonly issuer?: string;
  /** Client id that is the URL of a metadata document (SEP-991), for authorization servers that accept it. */
  readonly clientMetadataUrl?: string;
  readonly scopes?: readonly string[];
  /** Only `authorization_code` needs a person to log in. */
  readonly grant?: 'authorization_code' | 'client_credentials' | 'jwt_bearer';
  /** The JWT that is exchanged for an access token with `jwt_bearer` (RFC 7523 section 2.1). */
  readonly assertion?: SecretSource;
  /**
   * Identity provider that exchanges `assertion`, then an ID token, for one that the authorization server
   * accepts (SEP-990).
   */
  readonly idp?: {
    readonly tokenEndpoint: string;
    readonly clientId: string;
    readonly clientSecret?: string;
  };
  /** Port of the redirect URI on this machine; absent for any free port. */
  readonly redirectPort?: number;
}

/** A server made of Hive's own operations, in the gateway's process. Each `use` has keys of its own. */
export type BuiltinServer = ServerBase & { readonly type: 'builtin' } & BuiltinKeys;

/** A container with `mcp.server` and `mcp.type` labels that Hive did not make, never compiles or removes. */
export interface DiscoveredServer {
  readonly type: 'discovered';
  readonly serverName: string;
  readonly view: ServerView;
  readonly transport: Transport;
  readonly path: string;
}
