import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReport } from '../../../src/config/source/report.ts';
import { parseSource } from '../../../src/config/source/source.ts';

const source = parseSource(
  '/x/hive.yaml',
  ['servers:', '  a:', '    env: { TOKEN: hunter2 }', '    ports: [80, x]', '    api_key: hunter2'].join(
    '\n',
  ),
);

test('a problem must have the place of the value, or of its key', () => {
  const report = createReport();
  report.at(source, ['servers', 'a', 'ports', 1], { message: 'bad port', hint: 'write a number' });
  report.at(source, ['servers', 'a', 'ports'], { message: 'bad ports', hint: '', of: 'key' });
  const [value, key] = report.problems;
  assert.deepEqual(value, {
    message: 'bad port',
    hint: 'write a number',
    place: { path: '/x/hive.yaml', line: 4 },
    keyPath: 'servers.a.ports[1]',
    column: 17,
    snippet: '    ports: [80, x]',
    underlineFrom: 16,
    length: 1,
  });
  assert.deepEqual([key?.place.line, key?.column, key?.length], [4, 5, 5]);
});

test('a key that is absent must be reported at its nearest parent', () => {
  const report = createReport();
  report.at(source, ['servers', 'a', 'image'], { message: 'image is missing', hint: '', of: 'key' });
  const [problem] = report.problems;
  assert.deepEqual([problem?.place.line, problem?.column, problem?.keyPath], [2, 3, 'servers.a.image']);
});

test('a snippet must not show values that may be secret', () => {
  const report = createReport();
  report.at(source, ['servers', 'a', 'env', 'TOKEN'], { message: 'bad value', hint: '' });
  report.at(source, ['servers', 'a', 'api_key'], { message: 'unknown key', hint: '', of: 'key' });
  assert.deepEqual(
    report.problems.map(({ snippet }) => snippet),
    ['    env: { TOKEN: … }', '    api_key: …'],
  );
});

test('the first hundred problems must be kept, and all be counted', () => {
  const report = createReport();
  for (let problem = 0; problem < 101; problem++) report.at(source, [], { message: `${problem}`, hint: '' });
  assert.deepEqual([report.problems.length, report.problems.at(-1)?.message, report.total], [100, '99', 101]);
});

test('a text of 1000 characters must stay whole, and a longer one keep its ends', () => {
  const report = createReport();
  for (const length of [1_000, 1_001])
    report.at(source, [], { message: `a${'x'.repeat(length - 2)}z`, hint: 'y'.repeat(length) });
  const [whole, cut] = report.problems;
  assert.deepEqual([whole?.message.length, whole?.hint?.length], [1_000, 1_000]);
  assert.equal(cut?.message, `a${'x'.repeat(499)}…${'x'.repeat(499)}z`);
});
