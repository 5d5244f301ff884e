/**
 * What the config file asks for: loaded once, frozen, never edited. Paths are absolute, durations are
 * milliseconds.
 */

/** Where in the user's own file something was written (1-based). */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface Stack {
  readonly name: string;
  /** The file named with `-c`. */
  readonly file: string;
  /**
   * Everything whose change must cause a reload: the file, its includes, env files, Dockerfiles and their
   * contexts.
   */
  readonly watched: readonly string[];
  /**
   * Where the compiled Compose file is written: `composeFile` of the config, else `docker-compose.mcp.yml`
   * beside it.
   */
  readonly composeFile: string;
  readonly gateway: DesiredGateway;
  /** Who may use the gateway; absent: whoever reaches it. */
  readonly auth?: AuthSettings;
  /** Sorted by `serverName`. */
  readonly servers: readonly Server[];
}

/** Hosts and origins that the gateway accepts besides the local ones. */
export interface AccessRules {
  /** Names besides the local ones and `host` under which clients reach the gateway. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may use the gateway from a browser, exactly as browsers send them. */
  readonly allowedOrigins?: readonly string[];
}

/** The config's `gateway` section. `host` and `port` apply at the next start, the rest at once. */
export interface DesiredGateway extends AccessRules {
  readonly host: string;
  readonly port: number;
  /** Pick up labelled containers that somebody else started. */
  readonly discover: boolean;
}

export interface AuthSettings {
  /** Name of a bearer token to the SHA-256 of its text, in hex. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly oauth?: OAuthSettings;
}

/**
 * The gateway as OAuth 2.1 resource server (MCP basic/authorization): access tokens are JWTs of this issuer.
 */
export interface OAuthSettings {
  readonly issuer: string;
  /** URL of `/mcp` as clients know it; absent: where the gateway listens. */
  readonly resource?: string;
  /** What `aud` of a token must hold; absent: `resource`. */
  readonly audience?: string;
  /** All of these a token must grant. */
  readonly scopes: readonly string[];
  /** Where the issuer's keys are; absent: its metadata says. */
  readonly jwksUri?: string;
}

export type Server = ContainerServer | NativeServer | RemoteServer | BuiltinServer;

/** What clients see of a server. A change here needs no restart of anything. */
export interface ServerView {
  /** `""` means that names are passed on as they are. */
  readonly prefix: string;
  readonly tools: ToolFilter;
  readonly timeouts: Timeouts;
  /** Calls that may wait for an answer at once. */
  readonly maxInFlight: number;
  readonly isolation: Isolation;
  /** With the gateway, or at the first call. */
  readonly start: 'eager' | 'lazy';
}

/** Who shares a running server: all clients, the requests of one session, or nobody. */
export type Isolation = 'shared' | 'session' | 'call';

export interface ToolFilter {
  /** Names or `*` patterns; absent means all. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** Upstream tool name to the name shown (before the prefix). */
  readonly rename: Readonly<Record<string, string>>;
}

export interface Timeouts {
  readonly start: number;
  /** Without progress. */
  readonly call: number;
  /** With progress: no call takes longer, whatever its server reports. */
  readonly callMax: number;
  /** For calls under way when it is replaced or stopped. */
  readonly drain: number;
  /** Silence after which it is pinged, and time to answer that; 0 never. */
  readonly health: number;
  /** Without a call, until a lazy server is stopped. */
  readonly idle: number;
}

/** Timeouts of servers that neither their entry nor the stack's `defaults` set. Milliseconds. */
export const DEFAULT_TIMEOUTS: Timeouts = Object.freeze({
  start: 60_000,
  call: 60_000,
  callMax: 3_600_000,
  drain: 30_000,
  health: 30_000,
  idle: 300_000,
});

export const DEFAULT_MAX_IN_FLIGHT = 1000;

interface ServerBase {
  readonly serverName: string;
  readonly view: ServerView;
  readonly place: Place;
  /** `${VAR}` names used by this entry that have no value and no default: the server cannot start. */
  readonly unset: readonly UnsetVariable[];
}

export interface UnsetVariable {
  readonly variable: string;
  readonly place: Place;
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
  /** Values may hold `${VAR}` references: compose resolves them, the compiled file never holds the value. */
  readonly env: Readonly<Record<string, string>>;
  readonly envFile: readonly string[];
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /**
   * Short syntax. Host folders are as the Compose file needs them: relative to its folder, or absolute as
   * written.
   */
  readonly volumes: readonly string[];
  /** `isolated` (own network), `none`, `host`, or the name of a network shared by those that name it. */
  readonly network: string;
  readonly ports: readonly string[];
  /** Port and path of an HTTP server inside the container. */
  readonly port?: number;
  readonly path: string;
  readonly workdir?: string;
  readonly user?: string;
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  readonly cpus: number;
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
  /** How the same server runs without an engine, if it may. */
  readonly native?: NativeCommand;
  /** Raw compose service keys, merged last. */
  readonly compose: Readonly<Record<string, unknown>>;
}

export interface Build {
  readonly dockerfile: string;
  readonly context: string;
  /**
   * Hex digest of everything the build reads (and of its platform and raw build keys): a new one means a new
   * image.
   */
  readonly digest: string;
}

export type SecretSource = { readonly file: string } | { readonly environment: string };

/** All three may hold `${VAR}` references, resolved when the process starts. */
export interface NativeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface NativeServer extends ServerBase, NativeCommand {
  readonly type: 'native';
  readonly envFile: readonly string[];
  readonly workdir: string;
  readonly stopGrace: number;
}

export interface RemoteServer extends ServerBase {
  readonly type: 'remote';
  /** May hold `${VAR}` references, as may header values. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly oauth?: OAuthClientSettings;
}

/** How Hive is known to a remote server's authorization server. Without `clientId` it registers itself. */
export interface OAuthClientSettings {
  readonly clientId?: string;
  /** May hold `${VAR}` references. */
  readonly clientSecret?: string;
  /** Signs in place of a secret (private_key_jwt, RFC 7523): PEM, or a JWK. */
  readonly privateKey?: SecretSource;
  /** The one authorization server that secret and key are for; absent: the one that the server names. */
  readonly issuer?: string;
  /**
   * A client id that is the URL of a metadata document, where the authorization server takes one (SEP-991).
   */
  readonly clientMetadataUrl?: string;
  readonly scopes?: readonly string[];
  /** All but `authorization_code` need nobody to log in. */
  readonly grant?: 'authorization_code' | 'client_credentials' | 'jwt_bearer';
  /** With `jwt_bearer`: the JWT that tells who this is (RFC 7523, 2.1). */
  readonly assertion?: SecretSource;
  /**
   * Where `assertion`, then an ID token, is exchanged for the one that the authorization server takes
   * (SEP-990).
   */
  readonly idp?: {
    readonly tokenEndpoint: string;
    readonly clientId: string;
    readonly clientSecret?: string;
  };
  /** Port of the address that the browser comes back to; any free one when absent. */
  readonly redirectPort?: number;
}

/**
 * A server made of Hive's own operations, served by the gateway's process. Each `use` has keys of its own.
 */
export type BuiltinServer = GatewayBuiltin;

interface BuiltinBase extends ServerBase {
  readonly type: 'builtin';
}

/** Read-only tools about the gateway: its servers with their states and reasons, and their logs. */
export interface GatewayBuiltin extends BuiltinBase {
  readonly use: 'gateway';
}

/**
 * A container that someone else started with `mcp.server` and `mcp.type` labels; never compiled, never
 * removed by Hive.
 */
export interface DiscoveredServer {
  readonly type: 'discovered';
  readonly serverName: string;
  readonly view: ServerView;
  readonly transport: Transport;
  readonly path: string;
}
