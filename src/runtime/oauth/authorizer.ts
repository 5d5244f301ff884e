import type { DpopSession } from '@modelcontextprotocol/client';
import type { JWK } from 'jose';
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { RemoteServer } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { isMachine, type OAuthClient, resolveClient } from './client.ts';
import type { Credentials, Saved } from './credentials.ts';
import { isBound, openDpop } from './dpop.ts';
import { loginFetch } from './login-fetch.ts';
import { type LoginStore, openLogin } from './login-store.ts';
import { createProvider } from './provider.ts';

/** A request to come: one token is bound to a key, and proved by it for each. */
export interface ProtectedRequest {
  readonly method: string;
  readonly address: string;
}

/** Puts the access token of one server on requests to it, and renews it. */
export interface Authorizer {
  /** With the access token; none while nobody has logged in: the server may be open. @throws GatewayError */
  headers(target: ProtectedRequest): Promise<Record<string, string>>;
  /** What the server there wants to see in the next proof (RFC 9449, 9). */
  rememberNonce(address: string, nonce: string): Promise<void>;
  /**
   * The server answered 401 or 403. Resolves when `headers` has a better one now: try once more.
   * @throws GatewayError LOGIN_REQUIRED when somebody has to log in, LOGIN_FAILED where Hive does that and was refused
   */
  refused(status: number, challenge: string | undefined): Promise<void>;
}

/** The one authorizer of each server. */
export type Authorizers = (server: RemoteServer, values: Values) => Authorizer;

export function createAuthorizers(credentials: Credentials): Authorizers {
  const known = new Map<string, { readonly of: string; readonly authorizer: Authorizer }>();
  const renewals: Renewals = new Map();
  return ({ serverName, url, oauth }, values) => {
    const client = resolveClient(oauth, values);
    const resolved = resolveReferences(url, values);
    const of = JSON.stringify([resolved, client]);
    const last = known.get(serverName);
    if (last?.of === of) return last.authorizer;
    const authorizer = createAuthorizer(serverName, resolved, client, credentials, renewals);
    known.set(serverName, { of, authorizer });
    return authorizer;
  };
}

/** Under way, by login: a refresh token mostly counts once, however many servers and connections use it. */
type Renewals = Map<string, Promise<void>>;

/** An access token that ends sooner is renewed before it is used. */
const RENEW_BEFORE_MS = 30_000;

/** @param url as in the config, resolved; what is stored belongs to it and is never sent elsewhere */
export function createAuthorizer(
  serverName: string,
  url: string,
  client: OAuthClient,
  credentials: Credentials,
  renewals: Renewals = new Map(),
): Authorizer {
  const alone = isMachine(client);
  const login = openLogin(credentials, url, client);

  const renew = (): Promise<void> => {
    const renewal =
      renewals.get(login.key) ??
      renewTokens(serverName, url, client, login).finally(() => renewals.delete(login.key));
    renewals.set(login.key, renewal);
    return renewal;
  };
  let dpop: { readonly of: JWK | undefined; readonly session: Promise<DpopSession> } | undefined;
  /** The key is another one after a new login. */
  const proofs = ({ dpopKey }: Saved): Promise<DpopSession> => {
    if (dpop?.of?.x !== dpopKey?.x) dpop = undefined;
    dpop ??= { of: dpopKey, session: openDpop(login) };
    return dpop.session;
  };
  const canRenew = ({ tokens }: Saved): boolean => alone || tokens?.refresh_token !== undefined;

  return {
    async headers({ method, address }) {
      let saved = login.read();
      if (isStale(saved) && canRenew(saved)) {
        await renew();
        saved = login.read();
      }
      const { tokens } = saved;
      if (!tokens) return {};
      const { access_token: accessToken } = tokens;
      if (!isBound(tokens)) return { authorization: `Bearer ${accessToken}` };
      const proof = await (await proofs(saved)).buildProof({ htm: method, htu: address, accessToken });
      return { authorization: `DPoP ${accessToken}`, dpop: proof };
    },
    async rememberNonce(address, nonce) {
      const saved = login.read();
      if (saved.dpopKey) (await proofs(saved)).rememberNonce(address, nonce);
    },
    async refused(status, challenge) {
      const saved = login.read();
      const isNarrow = status === 403 && /insufficient_scope/.test(challenge ?? '');
      const wanted = readChallenge(challenge);
      // The next login must not lose what was granted before (Step-Up Authorization Flow).
      const scope = isNarrow
        ? unionOf(saved.tokens?.scope, saved.challenge?.scope, wanted.scope)
        : wanted.scope;
      login.save({ challenge: { ...wanted, ...(scope ? { scope } : {}) } });
      if (isNarrow && !alone) throw loginRequired(serverName, 'it wants more scopes than were granted');
      if (!canRenew(saved))
        throw loginRequired(
          serverName,
          saved.tokens ? 'the login has expired' : 'it wants a login',
          challenge === undefined,
        );
      await renew();
    },
  };
}

function isStale({ tokens }: Saved): boolean {
  if (tokens?.expires_in === undefined) return false;
  return tokens.savedAt + tokens.expires_in * 1000 - RENEW_BEFORE_MS < Date.now();
}

/** Quoted and bare values of a challenge (RFC 9110, 11.2). */
function readChallenge(challenge = ''): NonNullable<Saved['challenge']> {
  const value = (name: string): string | undefined => {
    const [, quoted, bare] = new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`).exec(challenge) ?? [];
    return quoted ?? bare;
  };
  const [resourceMetadataUrl, scope] = [value('resource_metadata'), value('scope')];
  return {
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
    ...(/(^|,)\s*DPoP(\s|,|$)/i.test(challenge) ? { dpop: true } : {}),
  };
}

const unionOf = (...scopes: (string | undefined)[]): string =>
  [...new Set(scopes.flatMap((scope) => scope?.split(' ') ?? []))].join(' ');

async function renewTokens(
  serverName: string,
  url: string,
  client: OAuthClient,
  login: LoginStore,
): Promise<void> {
  // Loaded when first needed: most stacks never log in anywhere.
  const { auth } = await import('@modelcontextprotocol/client');
  const onRedirect = (): never => {
    throw loginRequired(serverName, 'the login has expired');
  };
  const provider = createProvider({ url, login, client, onRedirect });
  try {
    await auth(provider, {
      serverUrl: url,
      ...challengeOptions(login.read()),
      fetchFn: loginFetch(url, client),
    });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const why = sentenceOf(error);
    if (isMachine(client)) {
      // What was found out may be what is wrong, and nobody is asked to have it forgotten.
      login.save({ discovery: undefined });
      throw new GatewayError('LOGIN_FAILED', `${client.clientId} got no token: ${why}`, {
        hint: 'check `oauth` of this entry: clientId, its secret, key or assertion, scopes and issuer',
        cause: error,
      });
    }
    throw new GatewayError('LOGIN_REQUIRED', `${serverName}: its access token cannot be renewed: ${why}`, {
      hint: `npx hive login ${serverName}`,
      cause: toGatewayError(error),
    });
  }
}

/** Of what an authorization server answered, or the SDK says about it, one line. */
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 500);

/** What the server's last challenge adds to a request for authorization. */
export function challengeOptions({ challenge }: Saved): { resourceMetadataUrl?: URL; scope?: string } {
  const where = challenge?.resourceMetadataUrl;
  return {
    ...(where !== undefined && URL.canParse(where) ? { resourceMetadataUrl: new URL(where) } : {}),
    ...(challenge?.scope === undefined ? {} : { scope: challenge.scope }),
  };
}

/** A server that does not say how to log in may mean a key of another kind. */
const loginRequired = (serverName: string, why: string, isBare = false): GatewayError =>
  new GatewayError('LOGIN_REQUIRED', `it cannot be used: ${why}`, {
    hint: `npx hive login ${serverName}${isBare ? ', or its key in `headers` of its entry' : ''}`,
  });
