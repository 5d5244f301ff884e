/** Access tokens for requests to remote servers: adds them, and renews them. */
import type { DpopSession } from '@modelcontextprotocol/client';
import type { JWK } from 'jose';
import { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { challengeWith, isInsufficientScope } from './challenge.ts';
import { isMachine, type OAuthClient, resolveClient } from './client.ts';
import type { Credentials, Saved } from './credentials.ts';
import { isBound, openDpop } from './dpop.ts';
import { type LoginStore, openLogin } from './login-store.ts';
import { renewTokens } from './renew.ts';

/** A request that a token bound to a key is proved for. */
export interface ProtectedRequest {
  readonly method: string;
  readonly address: string;
}

/** The access token of one server. */
export interface Authorizer {
  /** Headers with the token; none before a login, since the server may be open. @throws GatewayError as `refused` */
  headers(target: ProtectedRequest): Promise<Record<string, string>>;
  /** Keeps the nonce that the server at `address` wants in the next proof (RFC 9449, 9). */
  rememberNonce(address: string, nonce: string): Promise<void>;
  /**
   * The server answered 401 or 403. Resolves when `headers` has a better token, so that the request can be repeated.
   * @throws GatewayError LOGIN_REQUIRED if a person must log in, LOGIN_FAILED if Hive logs in itself and was refused
   */
  refused(status: number, challenge: string | undefined): Promise<void>;
}

/** Returns the same authorizer for a server as long as its entry and values stay the same. */
export type Authorizers = (server: RemoteServer, values: Values) => Authorizer;

/** Renewals under way, by login: a refresh token mostly works once, however many connections use it. */
type Renewals = Map<string, Promise<void>>;

export function createAuthorizers(credentials: Credentials, clock: Clock): Authorizers {
  const known = new Map<string, { readonly of: string; readonly authorizer: Authorizer }>();
  const renewals: Renewals = new Map();
  return ({ serverName, url, oauth }, values) => {
    const client = resolveClient(oauth, values);
    const resolved = resolveReferences(url, values);
    const of = JSON.stringify([resolved, client]);
    const last = known.get(serverName);
    if (last?.of === of) return last.authorizer;
    const authorizer = createAuthorizer({ serverName, url: resolved, client, credentials, clock, renewals });
    known.set(serverName, { of, authorizer });
    return authorizer;
  };
}

export interface AuthorizerOptions {
  readonly serverName: string;
  /** As in the config, with values resolved. Tokens stored for it are never sent elsewhere. */
  readonly url: string;
  readonly client: OAuthClient;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly renewals?: Renewals;
}

export const createAuthorizer = (options: AuthorizerOptions): Authorizer => new TokenAuthorizer(options);

/** An access token that expires sooner than this is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

class TokenAuthorizer implements Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #renewals: Renewals;
  readonly #login: LoginStore;
  /** Proofs by the key of the last login; a new login has another key. */
  #proofs: { readonly key: JWK | undefined; readonly session: Promise<DpopSession> } | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    this.#renewals = options.renewals ?? new Map();
    this.#login = openLogin(options.credentials, options.url, options.client);
  }

  async headers({ method, address }: ProtectedRequest): Promise<Record<string, string>> {
    let saved = this.#login.read();
    if (this.#isStale(saved) && this.#canRenew(saved)) {
      await this.#renew();
      saved = this.#login.read();
    }
    const { tokens } = saved;
    if (!tokens) return {};
    const { access_token: accessToken } = tokens;
    if (!isBound(tokens)) return { authorization: `Bearer ${accessToken}` };
    const session = await this.#proofsOf(saved);
    const proof = await session.buildProof({ htm: method, htu: address, accessToken });
    return { authorization: `DPoP ${accessToken}`, dpop: proof };
  }

  async rememberNonce(address: string, nonce: string): Promise<void> {
    const saved = this.#login.read();
    if (saved.dpopKey) (await this.#proofsOf(saved)).rememberNonce(address, nonce);
  }

  async refused(status: number, challenge: string | undefined): Promise<void> {
    const { serverName, client } = this.#options;
    const saved = this.#login.read();
    const isNarrow = status === 403 && isInsufficientScope(challenge);
    this.#login.save({ challenge: challengeWith(saved, challenge, isNarrow) });
    if (isNarrow && !isMachine(client))
      throw loginRequired(serverName, 'it wants more scopes than were granted');
    if (!this.#canRenew(saved)) {
      const why = saved.tokens ? 'the login has expired' : 'it wants a login';
      throw loginRequired(serverName, why, challenge === undefined);
    }
    await this.#renew();
  }

  #renew(): Promise<void> {
    const { serverName, url, client, clock } = this.#options;
    const { key } = this.#login;
    const renewal =
      this.#renewals.get(key) ??
      renewTokens({ serverName, url, client, login: this.#login, clock }).finally(() =>
        this.#renewals.delete(key),
      );
    this.#renewals.set(key, renewal);
    return renewal;
  }

  #canRenew({ tokens }: Saved): boolean {
    return isMachine(this.#options.client) || tokens?.refresh_token !== undefined;
  }

  #isStale({ tokens }: Saved): boolean {
    if (tokens?.expires_in === undefined) return false;
    const expiresAt = tokens.savedAt + tokens.expires_in * 1000;
    return expiresAt - RENEW_BEFORE_MS < this.#options.clock.now();
  }

  #proofsOf({ dpopKey }: Saved): Promise<DpopSession> {
    if (this.#proofs?.key?.x !== dpopKey?.x) this.#proofs = undefined;
    this.#proofs ??= { key: dpopKey, session: openDpop(this.#login) };
    return this.#proofs.session;
  }
}

/** @param isBare true if the server does not say how to log in, so that it may mean a key of another kind */
const loginRequired = (serverName: string, why: string, isBare = false): GatewayError =>
  new GatewayError('LOGIN_REQUIRED', `it cannot be used: ${why}`, {
    hint: `npx hive login ${serverName}${isBare ? ', or its key in `headers` of its entry' : ''}`,
  });
