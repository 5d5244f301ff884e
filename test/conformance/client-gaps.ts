/** Client scenarios that Hive does not pass, with the reason. One that begins to pass has to leave the list. */

const EXTENSION = 'an extension of authorization that Hive does not speak';
const OLD =
  'the metadata of that revision names another issuer than its address, which RFC 8414 forbids and Hive refuses';
const MODERN = 'needs 2026-07-28 towards servers';

export const CLIENT_GAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'conformance-stable': {
    'auth/2025-03-26-oauth-metadata-backcompat': OLD,
    'auth/client-credentials-jwt': EXTENSION,
    'auth/cross-app-access-complete-flow': EXTENSION,
  },
  'conformance-next': {
    'auth/client-credentials-jwt': EXTENSION,
    'auth/enterprise-managed-authorization': EXTENSION,
    'auth/dpop': EXTENSION,
    'auth/dpop-nonce': EXTENSION,
    'auth/wif-jwt-bearer': EXTENSION,
    'request-metadata': MODERN,
    'auth/offline-access-scope': MODERN,
    'auth/offline-access-not-supported': MODERN,
    'auth/authorization-server-migration': MODERN,
    'auth/iss-supported': MODERN,
    'auth/iss-not-advertised': MODERN,
    'sep-2322-client-request-state': MODERN,
    'http-standard-headers': MODERN,
    'http-custom-headers': MODERN,
    'http-invalid-tool-headers': MODERN,
    'json-schema-ref-no-deref': MODERN,
  },
};
