/** Adds the access tokens of remote servers to requests, and renews them. */

import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values, valueIn } from '../../model/references.ts';
import type { OpenNetwork } from '../network/fetch-over.ts';
import { NETWORK_VARIABLES } from '../network/proxy.ts';
import { lacksScope, readChallenge, unionOfScopes } from './challenge.ts';
import { isMachine, type OAuthClient, resolveClient } from './client.ts';
import type { Credentials, SavedLogin } from './credentials.ts';
import { isBound, Proofs } from './dpop.ts';
import { type LoginStore, openLogin } from './login-store.ts';
import { loginRequired, Renewals, renewTokens } from './renew-tokens.ts';

/** A request that is about to be sent. A token that is bound to a key needs a proof for each request. */
export interface ProtectedRequest {
  readonly method: string;
  readonly address: string;
}

/** Adds the access token of one server to requests, and renews it. */
export interface Authorizer {
  /**
   * Headers with the access token. Empty if there is no login: the server may need none.
   * @throws GatewayError LOGIN_REQUIRED, LOGIN_FAILED if an expired token cannot be renewed
   */
  headers(request: ProtectedRequest): Promise<Record<string, string>>;
  /** Stores the nonce that the server requires in the next proof (RFC 9449, 9). */
  rememberNonce(address: string, nonce: string): Promise<void>;
  /**
   * Handles a 401 or 403. Resolves if `headers` has a better token now, so that the request should be sent
   * once more.
   * @param challenge the `WWW-Authenticate` header
   * @throws GatewayError LOGIN_REQUIRED if a person must log in; LOGIN_FAILED if Hive logs in by itself and
   * was refused
   */
  refused(status: number, challenge: string | undefined): Promise<void>;
}

/** Returns the one authorizer of each server. An edit of the entry's URL or client gives it a new one. */
export type Authorizers = (server: RemoteServer, values: Values) => Authorizer;

export function createAuthorizers(credentials: Credentials, clock: Clock): Authorizers {
  const known = new Map<string, { readonly settings: string; readonly authorizer: Authorizer }>();
  const renewals = new Renewals();
  return (server, values) => {
    const { serverName, url, oauth } = server;
    const client = resolveClient(oauth, values);
    const resolved = resolveReferences(url, values);
    const way = NETWORK_VARIABLES.map((name) => valueIn(name, values));
    const settings = JSON.stringify([resolved, client, server.tls, way]);
    const last = known.get(serverName);
    if (last?.settings === settings) return last.authorizer;
    const network: OpenNetwork = async () => {
      const { openNetwork } = await import('../network/network.ts');
      return openNetwork(server, values);
    };
    const authorizer = createAuthorizer(serverName, resolved, client, credentials, clock, renewals, network);
    known.set(serverName, { settings, authorizer });
    return authorizer;
  };
}

/**
 * @param url as in the config, resolved; the login belongs to this URL, and its tokens are never sent
 * elsewhere
 * @param renewals shared by all authorizers that use the same credentials
 */
export function createAuthorizer(
  serverName: string,
  url: string,
  client: OAuthClient,
  credentials: Credentials,
  clock: Clock,
  renewals: Renewals = new Renewals(),
  network?: OpenNetwork,
): Authorizer {
  const login = openLogin(credentials, url, client);
  const renew = (): Promise<void> =>
    renewals.run(login.key, () => renewTokens(serverName, url, client, login, clock, network));
  return new TokenAuthorizer(serverName, isMachine(client), login, clock, renew);
}

/** A token that expires within this time is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

class TokenAuthorizer implements Authorizer {
  readonly #serverName: string;
  readonly #isMachine: boolean;
  readonly #login: LoginStore;
  readonly #clock: Clock;
  readonly #renew: () => Promise<void>;
  readonly #proofs: Proofs;

  constructor(
    serverName: string,
    isMachine: boolean,
    login: LoginStore,
    clock: Clock,
    renew: () => Promise<void>,
  ) {
    this.#serverName = serverName;
    this.#isMachine = isMachine;
    this.#login = login;
    this.#clock = clock;
    this.#renew = renew;
    this.#proofs = new Proofs(login);
  }

  async headers({ method, address }: ProtectedRequest): Promise<Record<string, string>> {
    const saved = await this.#fresh();
    const { tokens } = saved;
    if (!tokens) return {};
    const { access_token: accessToken } = tokens;
    if (!isBound(tokens)) return { authorization: `Bearer ${accessToken}` };
    const session = await this.#proofs.session(saved);
    const dpop = await session.buildProof({ htm: method, htu: address, accessToken });
    return { authorization: `DPoP ${accessToken}`, dpop };
  }

  async rememberNonce(address: string, nonce: string): Promise<void> {
    await this.#login.answer();
    const saved = this.#login.read();
    if (saved.dpopKey) (await this.#proofs.session(saved)).rememberNonce(address, nonce);
  }

  async refused(status: number, challenge: string | undefined): Promise<void> {
    await this.#login.answer();
    const saved = this.#login.read();
    const isNarrow = lacksScope(status, challenge);
    this.#saveChallenge(saved, challenge, isNarrow);
    if (isNarrow && !this.#isMachine)
      throw this.#loginRequired('the server requires scopes that were not granted');
    if (!this.#canRenew(saved)) throw this.#noLogin(saved, challenge);
    await this.#renew();
  }

  async #fresh(): Promise<SavedLogin> {
    await this.#login.answer();
    const saved = this.#login.read();
    if (!this.#expiresSoon(saved) || !this.#canRenew(saved)) return saved;
    await this.#renew();
    return this.#login.read();
  }

  #expiresSoon({ tokens }: SavedLogin): boolean {
    if (tokens?.expires_in === undefined) return false;
    return tokens.savedAt + tokens.expires_in * 1000 - RENEW_BEFORE_MS < this.#clock.now();
  }

  #canRenew({ tokens }: SavedLogin): boolean {
    return this.#isMachine || tokens?.refresh_token !== undefined;
  }

  /** If scopes are missing, the next login requests the granted ones as well (Step-Up Authorization Flow). */
  #saveChallenge(saved: SavedLogin, header: string | undefined, isNarrow: boolean): void {
    const challenge = readChallenge(header);
    const scope = isNarrow
      ? unionOfScopes(saved.tokens?.scope, saved.challenge?.scope, challenge.scope)
      : challenge.scope;
    this.#login.save({ challenge: { ...challenge, ...(scope ? { scope } : {}) } });
  }

  /** A server without a challenge may expect a key in a header, and no login. */
  #noLogin({ tokens }: SavedLogin, challenge: string | undefined): GatewayError {
    const why = tokens ? 'the login has expired' : 'the server requires a login';
    return this.#loginRequired(why, challenge === undefined);
  }

  #loginRequired(why: string, mayNeedKey = false): GatewayError {
    return loginRequired(this.#serverName, why, mayNeedKey);
  }
}
