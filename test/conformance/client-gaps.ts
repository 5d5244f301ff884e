/** Client scenarios that Hive does not pass, with the reason. A scenario that passes must be removed from the list. */

const OLD =
  'a mistake of this version of the suite: its metadata names another issuer than its address, which RFC 8414, 3.3 forbids; corrected in conformance-next, where it passes';

export const CLIENT_GAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'conformance-stable': {
    'auth/2025-03-26-oauth-metadata-backcompat': OLD,
  },
  'conformance-next': {},
};
