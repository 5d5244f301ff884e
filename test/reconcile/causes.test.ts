/** Causes of steps in the printed plan. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../src/compile/compile.ts';
import type { Server } from '../../src/model/desired.ts';
import type { ObservedInstance } from '../../src/model/observed.ts';
import type { Stack } from '../../src/model/stack.ts';
import { changedFields } from '../../src/reconcile/causes.ts';

function unitOf(server: object) {
  const servers = [{ serverName: 'a', view: {}, unset: [], ...server } as unknown as Server];
  const { units } = compile({
    name: 's',
    file: '/hive.yaml',
    composeFile: '/c.yml',
    servers,
  } as unknown as Stack);
  assert.ok(units[0]);
  return units[0];
}

const native = { type: 'native', command: 'node', args: ['a.js'], env: {}, envFile: [], stopGrace: 1 };
const running = unitOf(native) as unknown as ObservedInstance;

test('a changed type must be the only named cause', () => {
  const remote = unitOf({ type: 'remote', url: 'https://x.example/mcp', headers: {} });
  assert.equal(changedFields(remote, running), 'changed: type');
});

test('changed keys must be named in order', () => {
  const edited = unitOf({ ...native, command: 'bun', args: ['b.js'] });
  assert.equal(changedFields(edited, running), 'changed: args, command');
});
