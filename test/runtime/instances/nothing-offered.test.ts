import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listing } from '../../../src/model/catalog.ts';
import type { LogEntry } from '../../../src/model/status.ts';
import { whyNothing } from '../../../src/runtime/instances/nothing-offered.ts';

const NONE = { tools: 0, resources: 0, templates: 0, prompts: 0 };
const log = (...lines: string[]) => lines.map((text) => ({ stream: 'stderr', text }) as LogEntry);
const listing = (tools: number) => ({ inventory: { tools: Array(tools).fill({}) } }) as unknown as Listing;

/** @param written lines of stderr, oldest first */
const why = (written: LogEntry[], { state = 'ready', counts = NONE, tools = 0 } = {}) =>
  whyNothing(
    { state: state as 'ready', counts },
    () => listing(tools),
    () => written,
  );

test('the line with the cause must be told, or else the last one', () => {
  const chat = ['INFO starting', 'WARNING: JIRA_URL is not set', 'INFO serving on stdio', ''];
  assert.equal(why(log(...chat)), 'it wrote: WARNING: JIRA_URL is not set');
  assert.equal(why(log('one', 'two', ' ')), 'it wrote: two');
  assert.equal(why(log('Error: no key', '    at main (/x.js:1:2)')), 'it wrote: Error: no key');
  assert.equal(why(log(`${'x'.repeat(400)}\n`)), `it wrote: ${'x'.repeat(300)}…`);
});

test('a server that has said nothing on stderr must get no reason', () => {
  assert.equal(why([]), undefined);
  assert.equal(why([{ stream: 'hive', text: 'restarted' } as LogEntry]), undefined);
});

test('lines of long ago must not count', () => {
  const old = log('Error: old', ...Array.from({ length: 40 }, (_, index) => `line ${index}`));
  assert.equal(why(old), 'it wrote: line 39');
});

test('filters that hide everything must be told in place of output', () => {
  assert.equal(why(log('hello'), { tools: 3 }), 'its filters hide all of its 3 tools');
  assert.equal(why(log('hello'), { tools: 1 }), 'its filters hide its only tool');
});

test('a server that offers something, or does not serve, needs no reason', () => {
  for (const kind of ['tools', 'resources', 'templates', 'prompts'])
    assert.equal(why(log('hello'), { counts: { ...NONE, [kind]: 1 } }), undefined);
  assert.equal(why(log('hello'), { state: 'starting' }), undefined);
  assert.equal(why(log('hello'), { state: 'idle' }), 'it wrote: hello');
});
