/** Results for legacy clients must not name their server: the legacy era has no such member. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../../src/model/text/json.ts';
import { withoutServerInfo } from '../../../../src/runtime/upstream/modern/without-server-info.ts';

const INFO = '"io.modelcontextprotocol/serverInfo":{"name":"x","version":"1","icons":[]}';

const RESULTS: [what: string, written: string, shown: string][] = [
  ['alone in _meta', `{"_meta":{${INFO}},"content":[1.0]}`, '{"content":[1.0]}'],
  ['at the end', `{"content":[],"_meta":{ ${INFO} }}`, '{"content":[]}'],
  ['beside another member', `{"_meta":{"a":1.0,${INFO}},"content":[]}`, '{"_meta":{"a":1.0},"content":[]}'],
  ['the only member', `{"_meta":{${INFO}}}`, '{}'],
  ['in content', `{"content":[{"_meta":{${INFO}}}]}`, `{"content":[{"_meta":{${INFO}}}]}`],
  ['absent', '{"_meta":{"a":1},"content":[]}', '{"_meta":{"a":1},"content":[]}'],
  ['in no object', `{"_meta":[${INFO.slice(0, 37)}]}`, `{"_meta":[${INFO.slice(0, 37)}]}`],
];

for (const [what, written, shown] of RESULTS)
  test(`the identity of a server must be taken out, and nothing else: ${what}`, () => {
    assert.equal(withoutServerInfo(jsonText(written)).toString(), shown);
  });
