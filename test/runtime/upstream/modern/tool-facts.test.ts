import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ToolFacts } from '../../../../src/runtime/upstream/modern/tool-facts.ts';

const tool = (key: string, rest: object) => ({ key, json: JSON.stringify({ name: key, ...rest }) });
const annotated = (header: unknown) => ({
  inputSchema: { type: 'object', properties: { a: { type: 'string', 'x-mcp-header': header } } },
});

test('a tool whose headers cannot be sent must be left out over HTTP alone, with the reason', () => {
  const tools = [tool('good', annotated('A')), tool('bad', annotated('no header name'))];
  const notes: string[] = [];
  const overHttp = new ToolFacts(true).update(tools, (key, problem) => notes.push(`${key}: ${problem}`));
  assert.deepEqual(
    overHttp.map(({ key }) => key),
    ['good'],
  );
  assert.match(notes.join(), /^bad: a: x-mcp-header must be an HTTP field name$/);
  assert.equal(
    new ToolFacts(false).update(tools, () => assert.fail()),
    tools,
  );
});

test('headers are for HTTP; an output schema that is not an object makes values be wrapped', () => {
  const tools = [tool('t', { ...annotated('A'), outputSchema: { type: 'array' } }), tool('plain', {})];
  for (const isHttp of [true, false]) {
    const facts = new ToolFacts(isHttp);
    facts.update(tools, () => {});
    assert.deepEqual([facts.of('t').headers.length, facts.of('t').isWrapped], [isHttp ? 1 : 0, true]);
    assert.deepEqual(facts.of('plain'), { headers: [], isWrapped: false });
    assert.deepEqual(facts.of('unknown'), { headers: [], isWrapped: false });
  }
});

test('a new list must replace what was read of the old one', () => {
  const facts = new ToolFacts(true);
  facts.update([tool('t', annotated('A'))], () => {});
  assert.equal(facts.of('t').headers.length, 1);
  facts.update([tool('t', {})], () => {});
  assert.equal(facts.of('t').headers.length, 0);
});
