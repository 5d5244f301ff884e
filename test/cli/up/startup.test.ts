/** What `hive up` prints where there is no terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Printable, rendered } from '../../../src/cli/terminal/print.ts';
import { showChanges, showStartup } from '../../../src/cli/up/startup.ts';
import type { GatewayStatus, ServerStatus } from '../../../src/model/status.ts';
import { gateway, server } from '../fixtures.ts';

function output() {
  const lines: string[] = [];
  const print = (text: Printable): void => {
    lines.push(stripVTControlCharacters(rendered(text)).trimEnd());
  };
  return { lines, out: { canRedraw: () => false, print } };
}

async function* statuses(...all: readonly ServerStatus[][]): AsyncIterable<GatewayStatus> {
  for (const servers of all) yield gateway(servers);
}

const FAILED = { state: 'failed', code: 'SERVER_EXITED', reason: 'it exited' } as const;

test('the start must end when each server has come up or failed, and each line be printed once', async () => {
  const { lines, out } = output();
  const started = await showStartup(
    statuses(
      [server('a', { state: 'pending' }), server('b', { state: 'starting', detail: 'building' })],
      [server('a'), server('b', { state: 'starting', detail: 'building' })],
      [server('a'), server('b', FAILED)],
      [server('a'), server('b', { state: 'starting' })],
    ),
    out,
  );
  assert.deepEqual(lines, [
    'b  starting  building',
    'a  ready     1 tool',
    'b  failed    SERVER_EXITED: it exited',
  ]);
  assert.equal(started?.status.servers[1]?.state, 'failed');
});

test('a gateway that is stopped before all servers have started must end the start without a result', async () => {
  const { out } = output();
  assert.equal(await showStartup(statuses([server('a', { state: 'starting' })]), out), undefined);
});

test('a retry that fails in the same way must not be printed again, its success and a new failure must be', async () => {
  const { lines, out } = output();
  const started = await showStartup(statuses([server('a', FAILED)]), out);
  assert.ok(started);
  await showChanges(
    statuses(
      [server('a', { state: 'starting' })],
      [server('a', FAILED)],
      [server('a', { ...FAILED, reason: 'it hangs' })],
      [server('a')],
      [server('a')],
    ),
    started.reported,
    out,
  );
  assert.deepEqual(lines.slice(1), ['a  failed    SERVER_EXITED: it hangs', 'a  ready     1 tool']);
});

test('a server that left and came back must be printed again', async () => {
  const { lines, out } = output();
  const started = await showStartup(statuses([server('a')]), out);
  await showChanges(statuses([], [server('a')]), started?.reported ?? new Map(), out);
  assert.equal(lines.length, 2);
});

test('a failure that only names another time, port or process must not be printed again', async () => {
  const { lines, out } = output();
  const started = await showStartup(
    statuses([
      server('a', { ...FAILED, reason: 'exit 1: see 2026-11-28T10_00_01_5Z-debug-0.log, port 40123' }),
    ]),
    out,
  );
  assert.ok(started);
  await showChanges(
    statuses(
      [server('a', { ...FAILED, reason: 'exit 1: see 2026-11-28T10_00_09_1Z-debug-0.log, port 40999' })],
      [server('a', { ...FAILED, reason: 'exit 2: see 2026-11-28T10_00_09_1Z-debug-0.log, port 40999' })],
    ),
    started.reported,
    out,
  );
  assert.equal(lines.filter((line) => line.includes('exit')).length, 2, lines.join('\n'));
});

test('a server that an edit has replaced must be said to serve, once, and no step on the way', async () => {
  const { lines, out } = output();
  const started = await showStartup(statuses([server('a'), server('b')]), out);
  assert.ok(started);
  const waits = 'starting the replacement: waiting for initialize';
  await showChanges(
    statuses(
      [server('a', { detail: waits }), server('b', { state: 'starting', detail: 'waiting for initialize' })],
      [server('a'), server('b')],
      [server('a'), server('b')],
    ),
    started.reported,
    out,
  );
  assert.deepEqual(lines.slice(2), ['a  ready     1 tool', 'b  ready     1 tool']);
});

test('resource templates must be counted apart from resources', async () => {
  const { lines, out } = output();
  const counts = { tools: 13, resources: 7, templates: 2, prompts: 0 };
  await showStartup(statuses([server('a', { counts })]), out);
  assert.deepEqual(lines, ['a  ready     13 tools, 7 resources, 2 resource templates']);
});
