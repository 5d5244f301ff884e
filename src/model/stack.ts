/** A stack as its config file asks for it: loaded once and frozen. Paths are absolute. */
import type { Role } from './access/role.ts';
import type { NamedView, Place, Server } from './desired.ts';

/** Name of the compiled Compose file, beside the config unless that names another path. */
export const COMPILED_NAME = 'docker-compose.mcp.yml';

/** One config file, with everything that it includes. */
export interface Stack {
  readonly name: string;
  /** The file named with `-c`. */
  readonly file: string;
  /**
   * Paths whose change must cause a reload: the file, its includes, env files, Dockerfiles and their
   * contexts.
   */
  readonly watched: readonly string[];
  /** Path of the compiled Compose file. */
  readonly composeFile: string;
  readonly gateway: DesiredGateway;
  /** Credentials that clients need; absent if every client that reaches the gateway may use it. */
  readonly auth?: AuthSettings;
  /** Sorted by `serverName`. */
  readonly servers: readonly Server[];
  /** Entries with `enabled: false`, sorted by `serverName`; absent if there are none. */
  readonly off?: readonly OffServer[];
  /** Added servers that do not count now, sorted by `serverName`; absent if there are none. */
  readonly waiting?: readonly WaitingServer[];
  /** Why no added server counts, in words; absent unless the file of their entries is damaged. */
  readonly addedDamage?: string;
  /** True if of discovered servers only tools that say that they read are shown; absent for all. */
  readonly readOnlyDiscovered?: true;
  /** Keeps the lines of servers on disk within these limits; absent if the file does not ask for it. */
  readonly logs?: LogLimits;
  /** Parts of the catalog for single clients, sorted by name; absent if there are none. */
  readonly views?: readonly NamedView[];
  /** What takes the walls of containers down, in the order of the files. */
  readonly warnings: readonly Warning[];
}

/** How long log lines are kept on disk, and how many. */
export interface LogLimits {
  readonly keepMs: number;
  /** Bytes of all files. */
  readonly sizeBytes: number;
}

/** Something that is allowed, and that a person should know of. */
export interface Warning {
  /** A sentence. */
  readonly message: string;
  readonly place: Place;
  /** As people write it: `servers.search.compose.privileged`. */
  readonly keyPath: string;
}

/** An entry of the file whose server is not to run. */
export interface OffServer {
  readonly serverName: string;
  readonly place: Place;
}

/** An added server that is set aside until its problem is mended. */
export interface WaitingServer {
  readonly serverName: string;
  /** A sentence. */
  readonly reason: string;
  /** The fix. */
  readonly hint: string;
  readonly place: Place;
}

/** Hosts and origins that the gateway accepts besides the local ones. */
export interface AccessRules {
  /** Host names under which clients reach the gateway, besides the local ones and `host`. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may use the gateway from a browser, exactly as browsers send them. */
  readonly allowedOrigins?: readonly string[];
}

/** The config's `gateway` section. `host` and `port` apply at the next start, the rest at once. */
export interface DesiredGateway extends AccessRules {
  readonly host: string;
  readonly port: number;
  readonly discover: Discover;
}

/**
 * Which labelled containers are served that no Hive stack made: none, those of the Compose project with the
 * stack's name, or all.
 */
export type Discover = 'off' | 'project' | 'all';

/** How clients prove that they may use the gateway. */
export interface AuthSettings {
  /** SHA-256 digests of bearer tokens, in hex, by token name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** By token name; absent for a token with a digest alone. */
  readonly grants?: Readonly<Record<string, TokenGrant>>;
  readonly oauth?: OAuthSettings;
}

/** What the holder of a token may do. */
export interface TokenGrant {
  /** Absent for `DEFAULT_TOKEN_ROLE`. */
  readonly role?: Role;
  /** Names or `*` patterns of servers; absent for all. */
  readonly servers?: readonly string[];
  /** Names or `*` patterns of tools, as `/mcp` lists them; absent for all. */
  readonly tools?: readonly string[];
}

/**
 * The gateway as an OAuth 2.1 resource server (MCP basic/authorization). Access tokens are JWTs of the
 * issuer.
 */
export interface OAuthSettings {
  readonly issuer: string;
  /** URL of `/mcp` as clients know it; absent for the address where the gateway listens. */
  readonly resource?: string;
  /** Value that `aud` of a token must hold; absent for `resource`. */
  readonly audience?: string;
  /** Scopes that a token must grant, all of them. */
  readonly scopes: readonly string[];
  /** Scope that gives a role, by role; absent for `hive:ROLE`. */
  readonly roles?: Readonly<Partial<Record<Role, string>>>;
  /** URL of the issuer's keys; absent to take it from the issuer's metadata. */
  readonly jwksUri?: string;
  /** Absolute path of a PEM file of authorities to trust beside the usual ones, for the issuer. */
  readonly tls?: { readonly ca: string };
}
