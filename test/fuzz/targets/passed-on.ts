/** Fuzzes the edits of messages on their way between clients and servers against JSON.parse. */
import assert from 'node:assert/strict';
import { modernReply } from '../../../src/edge/modern/reply.ts';
import { SERVER_INFO } from '../../../src/edge/shared/server-info.ts';
import { type Json, jsonText } from '../../../src/model/text/json.ts';
import { envelopeOf, withEnvelope, withoutSubscription } from '../../../src/runtime/upstream/modern/meta.ts';
import { resultTypeOf, withoutResultType } from '../../../src/runtime/upstream/modern/result-type.ts';
import { readProgress, replaceToken } from '../../../src/runtime/upstream/requests/token.ts';
import { stripEnvelope } from '../../../src/runtime/upstream/strip-envelope.ts';
import { doubledIn, readEnvelope } from '../../../src/wire/envelope.ts';
import { META } from '../../../src/wire/modern-names.ts';
import { jsonTexts } from '../json-text.ts';
import { pureTarget } from '../target.ts';

const { object } = jsonTexts([
  '_meta',
  'progressToken',
  'name',
  'arguments',
  'resultType',
  'content',
  'requestState',
  'inputResponses',
  META.subscription,
  META.serverInfo,
  META.version,
  META.capabilities,
]);

type Data = Record<string, unknown>;
const isData = (it: unknown): it is Data => typeof it === 'object' && it !== null && !Array.isArray(it);
const valueIn = (text: Uint8Array | string): Data => JSON.parse(text.toString()) as Data;
const metaOf = ({ _meta }: Data): Data => (isData(_meta) ? _meta : {});

/** A copy without some members. */
const without = (data: Data, ...names: string[]): Data =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));

export const passedOnTarget = pureTarget<string>(
  'passed-on',
  'a message that is edited on its way has the value that the same edit of the parsed message gives',
  object,
  (input) => {
    const text = jsonText(input.trim());
    // Hive refuses these before it edits them.
    if (isRefused(`{"method":"tools/call","params":${text},"result":${text}}`)) return;
    const data = valueIn(text);
    checkToken(text, data);
    checkProgress(text, data);
    checkEnvelope(text, data);
    checkStripped(text, data);
    checkSubscription(text, data);
    checkResult(text, data);
  },
);

function isRefused(message: string): boolean {
  const bytes = Buffer.from(message);
  const envelope = readEnvelope(bytes);
  return !envelope || doubledIn(bytes, envelope) !== undefined;
}

function checkToken(text: Json, data: Data): void {
  const { params, token } = replaceToken(text, 7);
  const { _meta } = data;
  if (!isData(_meta) || !Object.hasOwn(_meta, 'progressToken')) {
    assert.equal(token, undefined);
    assert.equal(params, text);
    return;
  }
  assert.deepEqual(valueIn(token ?? ''), _meta.progressToken);
  assert.deepEqual(valueIn(params ?? ''), { ...data, _meta: { ..._meta, progressToken: 7 } });
}

function checkProgress(text: Json, data: Data): void {
  const read = readProgress(text);
  assert.equal(read !== undefined, Object.hasOwn(data, 'progressToken'));
  if (read) assert.deepEqual(valueIn(read.withToken(jsonText('"t"'))), { ...data, progressToken: 't' });
}

const ENVELOPE = envelopeOf('{"sampling":{}}', 'info');
const ENVELOPE_VALUE = valueIn(`{${ENVELOPE}}`);

function checkEnvelope(text: Json, data: Data): void {
  const sent = valueIn(withEnvelope(text, ENVELOPE));
  assert.deepEqual(sent, { ...data, _meta: { ...metaOf(data), ...ENVELOPE_VALUE } }, 'withEnvelope');
}

function checkStripped(text: Json, data: Data): void {
  const sent = stripEnvelope(text);
  const isRefused = sent !== undefined && 'kind' in sent;
  assert.equal(isRefused, Object.hasOwn(data, 'requestState'), 'a requestState is refused');
  if (isRefused || !sent) return;
  const { _meta } = data;
  const own = isData(_meta)
    ? without(_meta, META.version, META.clientInfo, META.capabilities, META.logLevel)
    : _meta;
  const isGone =
    isData(_meta) && isData(own) && Object.keys(own).length === 0 && Object.keys(_meta).length > 0;
  const kept = without(data, 'inputResponses', ...(isGone ? ['_meta'] : []));
  assert.deepEqual(
    valueIn(sent),
    isGone || !('_meta' in kept) ? kept : { ...kept, _meta: own },
    'stripEnvelope',
  );
}

function checkSubscription(text: Json, data: Data): void {
  const { _meta } = data;
  const own = isData(_meta) ? without(_meta, META.subscription) : _meta;
  const expected =
    isData(own) && Object.keys(own).length === 0
      ? without(data, '_meta')
      : { ...data, ...('_meta' in data && { _meta: own }) };
  // Whether an empty `_meta` stays makes no difference.
  const emptied = (it: Data): Data =>
    Object.keys(metaOf(it)).length === 0 && isData(it._meta) ? without(it, '_meta') : it;
  assert.deepEqual(emptied(valueIn(withoutSubscription(text))), emptied(expected), 'withoutSubscription');
}

function checkResult(text: Json, data: Data): void {
  const found = resultTypeOf(text);
  const type = typeof data.resultType === 'string' ? data.resultType : undefined;
  assert.equal(found?.type, type, 'resultTypeOf');
  if (found)
    assert.deepEqual(
      valueIn(withoutResultType(text, found)),
      without(data, 'resultType'),
      'withoutResultType',
    );
  checkForModern(text, data);
}

/** A server of the older era must not say in the name of the gateway what only the gateway may say. */
function checkForModern(text: Json, data: Data): void {
  const said = readEnvelope(Buffer.from(`{"id":1,"result":${text}}`))?.doubled.said ?? 0;
  const { pieces } = modernReply('tools/call', { kind: 'result', json: text, said }, {} as never);
  const { _meta, ...rest } = valueIn(Buffer.concat([...pieces]));
  const own = without(data, '_meta', 'resultType', 'inputRequests', 'requestState');
  assert.deepEqual(rest, { ...own, resultType: 'complete' }, 'a result for a modern client');
  assert.ok(isData(_meta));
  assert.deepEqual(_meta, { ...metaOf(data), [META.serverInfo]: SERVER_INFO }, 'its _meta');
}
