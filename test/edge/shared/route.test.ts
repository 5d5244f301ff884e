/** Which server gets a request, and with which name: the endpoint's view decides, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../../src/catalog/merge.ts';
import { readMessage } from '../../../src/edge/http/message.ts';
import { routeRequest } from '../../../src/edge/shared/route.ts';
import { located, named, templated } from '../../catalog/fixtures.ts';
import { source, status } from '../harness.ts';

const WITH_HEADER =
  '{"name":"h","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}';
const parts = {
  capabilities: { resources: {}, prompts: {}, tasks: { requests: { tools: { call: {} } } } },
  tools: [...named('t'), { key: 'h', json: WITH_HEADER }],
  prompts: named('p'),
  resources: located('s://r'),
  templates: templated('s://{id}'),
};
const CATALOG = mergeCatalog([source('s', parts), source('o', { tools: named('u') })]);
const TASKS: Readonly<Record<string, string>> = { mine: 's', hidden: 'o' };

type Routed = readonly [serverName: string, params: string] | string | undefined;

/** The server and its params, the message of a refusal, or undefined for a method that is not routed. */
function route(method: string, params: unknown, scope = '', catalog = CATALOG): Routed {
  const members =
    params === undefined ? '' : `,"params":${typeof params === 'string' ? params : JSON.stringify(params)}`;
  const message = readMessage(Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"${method}"${members}}`));
  assert.ok(message.kind === 'request');
  const view = scope === '' ? catalog.all : catalog.byServer.get(scope);
  assert.ok(view);
  const found = routeRequest(message, {
    view,
    statuses: () => [status('s')],
    taskServer: (id) => TASKS[id],
    refusedTool: () => undefined,
  });
  if (found === undefined) return undefined;
  if ('serverName' in found) return [found.serverName, found.params.toString()];
  const { code, message: why } = JSON.parse(found.refused.json.toString());
  assert.ok(code === -32602 || code === -32002, why);
  return why;
}

test('a tool and a prompt must reach their server under its own name, and the rest as it is written', () => {
  assert.deepEqual(route('tools/call', '{ "arguments":{"name":"x"}, "name" : "s_t" }'), [
    's',
    '{ "arguments":{"name":"x"}, "name" : "t" }',
  ]);
  assert.deepEqual(route('prompts/get', { name: 's_p' }), ['s', '{"name":"p"}']);
  assert.deepEqual(route('tools/call', { name: 'u' }, 'o'), ['o', '{"name":"u"}']);
});

test('a name that is the server’s own must keep its bytes', () => {
  assert.deepEqual(route('tools/call', '{"name":"\\u0075"}', 'o'), ['o', '{"name":"\\u0075"}']);
});

test('an argument that a header repeats must be said once, in one spelling; others are for the server', () => {
  const call = (name: string, args: string): Routed =>
    route('tools/call', `{"name":"${name}","arguments":${args}}`);
  const refused = 'arguments.region occurs twice, or in another spelling';
  assert.equal(call('s_h', '{"region":"a","region":"b"}'), refused);
  assert.equal(call('s_h', '{"region":"a","Region":"b"}'), refused);
  for (const args of ['{"region":"a"}', '{"x":1,"x":2}', '{}', '1'])
    assert.deepEqual(call('s_h', args), ['s', `{"name":"h","arguments":${args}}`]);
  assert.deepEqual(call('s_t', '{"region":"a","region":"b"}'), [
    's',
    '{"name":"t","arguments":{"region":"a","region":"b"}}',
  ]);
  assert.deepEqual(route('tools/call', { name: 's_h' }), ['s', '{"name":"h"}']);
});

test('a name that the view does not have must be refused, whatever the other lists have', () => {
  for (const [method, name] of [
    ['tools/call', 's_p'],
    ['tools/call', 't'],
    ['tools/call', 'toString'],
    ['prompts/get', 's_t'],
  ] as const)
    assert.match(String(route(method, { name })), /no (tool|prompt)|nknown/i, name);
  assert.equal(typeof route('tools/call', { name: 's_t' }, 'o'), 'string');
});

test('a request without a name must be refused as such', () => {
  for (const params of [undefined, {}, { name: 1 }, { name: null }, { uri: 'x' }])
    assert.equal(route('tools/call', params), 'tools/call needs a name, a string');
  for (const params of [undefined, {}, { uri: 7 }, { name: 's://r' }])
    assert.equal(route('resources/read', params), 'resources/read needs a uri, a string');
});

test('resources must reach the server that has them, by each method that names one', () => {
  for (const method of ['resources/read', 'resources/subscribe', 'resources/unsubscribe'])
    assert.deepEqual(route(method, { uri: 's://r' }), ['s', '{"uri":"s://r"}']);
  assert.deepEqual(route('resources/read', { uri: 's://other' }), ['s', '{"uri":"s://other"}']);
  assert.equal(typeof route('resources/read', { uri: 's://r' }, 'o'), 'string');
});

test('a completion must be routed by its reference, a template by itself', () => {
  const complete = (ref: unknown): Routed => route('completion/complete', { ref, argument: {} });
  assert.deepEqual(complete({ type: 'ref/prompt', name: 's_p' }), [
    's',
    '{"ref":{"type":"ref/prompt","name":"p"},"argument":{}}',
  ]);
  assert.deepEqual(complete({ type: 'ref/resource', uri: 's://{id}' }), [
    's',
    '{"ref":{"type":"ref/resource","uri":"s://{id}"},"argument":{}}',
  ]);
  for (const ref of [{ type: 'ref/tool', name: 's_t' }, {}, undefined, 1])
    assert.equal(complete(ref), 'ref.type must be ref/prompt or ref/resource');
});

test('a task must reach the server that runs it, if its endpoint shows that server', () => {
  for (const method of ['tasks/get', 'tasks/result', 'tasks/update', 'tasks/cancel']) {
    assert.deepEqual(route(method, { taskId: 'mine' }, 's'), ['s', '{"taskId":"mine"}']);
    assert.equal(route(method, { taskId: 'hidden' }, 's'), 'there is no task hidden of this client');
    assert.equal(route(method, { taskId: 'none' }), 'there is no task none of this client');
    assert.equal(route(method, { taskId: 1 }), `${method} needs a taskId, a string`);
    assert.equal(route(method, undefined), `${method} needs a taskId, a string`);
    assert.equal(route(method, { taskId: 'hidden' }, 'o'), undefined, 'a view without tasks');
  }
});

const OWN = [
  'initialize',
  'ping',
  'logging/setLevel',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'server/discover',
  'subscriptions/listen',
  'tasks/list',
  'tasks/subscribe',
  'tasks/unsubscribe',
];

test('a method that the gateway does not know must reach the one server behind the endpoint', () => {
  assert.deepEqual(route('vendor/do', { a: 1 }, 's'), ['s', '{"a":1}']);
  assert.deepEqual(route('vendor/do', undefined, 's'), ['s', '{}']);
  assert.equal(route('vendor/do', { a: 1 }), undefined);
  assert.equal(route('vendor/do', { a: 1 }, '', mergeCatalog([])), undefined, 'there is none');
  for (const method of OWN) assert.equal(route(method, {}, 's'), undefined, method);
});

test('other spellings of the registry’s tools must reach it, unless a server offers such a name', () => {
  const registry = source('r', { tools: [...named('registry_exec'), ...named('registry_search')] });
  const merged = mergeCatalog([registry]);
  const call = (name: string, catalog = merged): Routed => route('tools/call', { name }, 'r', catalog);
  assert.deepEqual(call('registry-exec'), ['r', '{"name":"registry_exec"}']);
  assert.deepEqual(call('mcp_registry_find'), ['r', '{"name":"registry_search"}']);
  const own = source('r', { tools: [...named('registry_exec'), ...named('registry-exec')] });
  assert.deepEqual(call('registry-exec', mergeCatalog([own])), ['r', '{"name":"registry-exec"}']);
  assert.match(String(route('tools/call', { name: 'registry-exec' })), /registry-exec/);
  assert.match(String(route('tools/call', { name: 'constructor' })), /constructor/);
});
