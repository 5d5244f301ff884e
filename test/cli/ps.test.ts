import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { paintedStates, renderStatus } from '../../src/cli/ps.ts';
import { rendered } from '../../src/cli/terminal/print.ts';
import { gateway, server } from './fixtures.ts';

test('a pending restart must be shown below the table', () => {
  const pendingRestart = 'gateway.port is 9000 in hive.yaml now';
  assert.match(
    renderStatus(gateway([], { pendingRestart }), 0),
    /\n\ngateway\.port is 9000 in hive\.yaml now$/,
  );
});

test('the table must show each server with its age, and reasons and ignored containers below', () => {
  const servers = [
    server('a', { since: 1_000, link: 'child', protocolVersion: '2025-11-25' }),
    server('bb', {
      state: 'failed',
      code: 'SERVER_EXITED',
      reason: 'it exited',
      since: -400_000,
      restarts: 3,
    }),
    server('c', { noise: { lines: 2, bytes: 9 }, since: -20_000_000 }),
  ];
  const ignored = [{ containerName: 'theirs', reason: 'its name is taken' }];
  assert.deepEqual(renderStatus(gateway(servers, { ignored }), 4_000).split('\n'), [
    'x at http://127.0.0.1:8001/mcp (pid 42, 1 session)',
    'SERVER  TYPE    STATE   FOR  LINK   MCP         TOOLS  NOISE    RESTARTS',
    'a       native  ready   3s   child  2025-11-25  1      -        0',
    'bb      native  failed  7m   -      -           1      -        3',
    'c       native  ready   6h   -      -           1      2 lines  0',
    '',
    'bb',
    '    SERVER_EXITED: it exited',
    '',
    'container theirs is ignored: its name is taken',
  ]);
});

test('ORIGIN must be shown where servers come from elsewhere than the file', () => {
  const rows = renderStatus(gateway([server('a'), server('b', { origin: 'added' })]), 0).split('\n');
  assert.match(rows[1] ?? '', /RESTARTS +ORIGIN$/);
  assert.match(rows[2] ?? '', / file$/);
  assert.match(rows[3] ?? '', / added$/);
});

test('containers that are not let in must cost one line, however many there are', () => {
  const keptOut = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const lines = renderStatus(gateway([server('own')], { keptOut }), 0).split('\n');
  assert.deepEqual(lines.slice(3), [
    '',
    'not let in: 7 containers with MCP labels (a, b, c, d, e and 2 more); see `gateway.discover`',
  ]);
});

test('definitions that clients could not have read must be counted, and the first be named', () => {
  const flaw = (name: string, what: string, isLeftOut: boolean) =>
    ({ list: 'tools', name, what, isLeftOut }) as const;
  const named = [
    flaw('bad', 'inputSchema becomes {"type":"object"}', false),
    flaw('worse', 'its name is empty', true),
    ...Array.from({ length: 5 }, (_, i) => flaw(`t${i}`, 'null is taken out', false)),
  ];
  const odd = server('odd', { flaws: { mended: 6, leftOut: 1, named } });
  assert.deepEqual(
    renderStatus(gateway([odd, server('fine')]), 0)
      .split('\n')
      .slice(4),
    [
      '',
      'odd: 6 definitions mended and 1 definition left out, which clients could not have read: npx hive logs odd',
      '    tool bad: inputSchema becomes {"type":"object"}',
      '    tool worse is left out: its name is empty',
      '    tool t0: null is taken out',
      '    tool t1: null is taken out',
      '    tool t2: null is taken out',
    ],
  );
});

test('tools that are not as they were must be named, a few of them', () => {
  const odd = server('odd', { changed: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] });
  assert.deepEqual(
    renderStatus(gateway([odd, server('fine')]), 0)
      .split('\n')
      .slice(4),
    ['', 'odd: new or changed since it last ran: a, b, c, d, e and 2 more; look at them: npx hive logs odd'],
  );
});

test('states must have colours where they are wanted, and nothing else may bring any', (t) => {
  const before = process.env.FORCE_COLOR;
  t.after(() => {
    if (before === undefined) delete process.env.FORCE_COLOR;
    else process.env.FORCE_COLOR = before;
  });
  const servers = [server('a'), server('b', { state: 'failed', reason: 'it is \u001b[31mred' })];
  const text = renderStatus(gateway(servers), 0);
  process.env.FORCE_COLOR = '0';
  const plain = rendered(paintedStates(text));
  assert.ok(!plain.includes('\u001b'));
  process.env.FORCE_COLOR = '1';
  const painted = rendered(paintedStates(text));
  assert.ok(
    painted.includes(' \u001b[32mready\u001b[39m ') && painted.includes(' \u001b[31mfailed\u001b[39m '),
  );
  assert.equal(stripVTControlCharacters(painted), plain);
});

test('edits that nobody follows must be a word in the first line', () => {
  const [first] = renderStatus(gateway([], { watches: false }), 0).split('\n');
  assert.match(first ?? '', /\(pid 42, 1 session, edits wait for npx hive up\)$/);
});
