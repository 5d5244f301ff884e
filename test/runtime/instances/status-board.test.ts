/** The status board keeps one row a server, and announces changes in bulk. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { createStatusBoard } from '../../../src/runtime/instances/status-board.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { unit } from './harness.ts';

const ERROR = new GatewayError('SERVER_EXITED', 'it exited', { hint: 'start it' });

function world() {
  const clock = fakeClock(0);
  const board = createStatusBoard(clock);
  board.declare([unit('files')]);
  return { clock, board };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('declared servers must be shown as pending, others be gone with all that was shown of them', () => {
  const { board } = world();
  board.show('files', 'ready', { pid: 7 });
  board.declare([unit('files'), unit('notes')]);
  assert.deepEqual(
    board.all().map(({ serverName, state }) => [serverName, state]),
    [
      ['files', 'ready'],
      ['notes', 'pending'],
    ],
  );
  board.declare([unit('notes')]);
  board.declare([unit('files'), unit('notes')]);
  assert.deepEqual([board.get('files')?.state, board.get('files')?.pid], ['pending', undefined]);
});

test('a server that is not declared must not be shown', () => {
  const { board } = world();
  board.show('other', 'ready');
  board.listed('other', { tools: 1, resources: 0, templates: 0, prompts: 0 }, undefined);
  assert.equal(board.get('other'), undefined);
});

test('error and detail must go with the next state, other facts when they are given as undefined', () => {
  const { board } = world();
  board.show('files', 'failed', { error: ERROR, detail: 'failure 1', pid: 7, link: 'child' });
  const { code, reason, hint, detail } = board.get('files') ?? {};
  assert.deepEqual(
    { code, reason, hint, detail },
    {
      code: 'SERVER_EXITED',
      reason: 'it exited',
      hint: 'start it',
      detail: 'failure 1',
    },
  );
  board.show('files', 'starting', { pid: undefined });
  const row = board.get('files') ?? {};
  assert.deepEqual(
    ['code', 'reason', 'hint', 'detail', 'pid'].filter((key) => key in row),
    [],
  );
  assert.equal(board.get('files')?.link, 'child');
});

test('the time of a state must be that of its first showing', () => {
  const { board, clock } = world();
  clock.advance(10);
  board.show('files', 'starting');
  clock.advance(10);
  board.show('files', 'starting', { detail: 'more' });
  assert.equal(board.get('files')?.since, 10);
  board.show('files', 'ready');
  assert.equal(board.get('files')?.since, 20);
});

test('noise and restarts must add up', () => {
  const { board } = world();
  board.noise('files', 3);
  board.noise('files', 4);
  board.restarted('files');
  const { noise, restarts } = board.get('files') ?? {};
  assert.deepEqual({ noise, restarts }, { noise: { lines: 2, bytes: 7 }, restarts: 1 });
});

test('many changes in one turn must be announced once, and no more after the listener has left', async () => {
  const { board } = world();
  await turn();
  let heard = 0;
  const leave = board.onChange(() => {
    heard += 1;
  });
  board.show('files', 'starting');
  board.show('files', 'ready');
  assert.equal(heard, 0);
  await turn();
  assert.equal(heard, 1);
  leave();
  board.show('files', 'failed');
  await turn();
  assert.equal(heard, 1);
});

test('rows that were read must not change', () => {
  const { board } = world();
  const [before] = board.all();
  board.show('files', 'ready');
  assert.equal(before?.state, 'pending');
});
