/** Client scenarios that Hive does not pass, with the reason. One that begins to pass has to leave the list. */

const EXTENSION = 'an extension of authorization that Hive does not speak';
const OLD =
  'the metadata of that revision names another issuer than its address, which RFC 8414 forbids and Hive refuses';

export const CLIENT_GAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'conformance-stable': {
    'auth/2025-03-26-oauth-metadata-backcompat': OLD,
    'auth/cross-app-access-complete-flow': EXTENSION,
  },
  'conformance-next': {
    'auth/enterprise-managed-authorization': EXTENSION,
    'auth/dpop': EXTENSION,
    'auth/dpop-nonce': EXTENSION,
    'auth/wif-jwt-bearer': EXTENSION,
  },
};
