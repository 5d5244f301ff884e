/** The challenges of servers, and what a login takes from them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challengeOptions, readChallenge, unionOfScopes } from '../../../src/runtime/oauth/challenge.ts';

const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource';

test('a challenge must be read with quoted and bare values, whatever else it says', () => {
  const rows: [header: string | undefined, challenge: object][] = [
    [undefined, {}],
    ['Bearer', {}],
    ['Bearer realm="scope, please"', {}],
    [`Bearer resource_metadata="${METADATA}", scope="a b"`, { resourceMetadataUrl: METADATA, scope: 'a b' }],
    ['Bearer error=invalid_token, scope=a', { scope: 'a' }],
    ['Bearer scope=""', { scope: '' }],
    ['DPoP algs="ES256", Bearer scope="a"', { scope: 'a', dpop: true }],
  ];
  for (const [header, challenge] of rows) assert.deepEqual(readChallenge(header), challenge, header);
});

test('scopes of several sources must be joined, each once, in order', () => {
  assert.equal(unionOfScopes('a b', undefined, 'b c'), 'a b c');
  assert.equal(unionOfScopes(undefined), '');
});

test('an address of metadata that is not a URL must be ignored', () => {
  assert.deepEqual(challengeOptions({ resourceMetadataUrl: 'nowhere', scope: 'a' }), { scope: 'a' });
  assert.deepEqual(challengeOptions({ resourceMetadataUrl: METADATA }), {
    resourceMetadataUrl: new URL(METADATA),
  });
  assert.deepEqual(challengeOptions(undefined), {});
});
