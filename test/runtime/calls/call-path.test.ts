import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallLayer, CallServer } from '../../../src/model/calls.ts';
import { composeLayers } from '../../../src/runtime/calls/call-path.ts';
import { requestOf, SESSION } from './harness.ts';

test('the first layer must be outermost, and the layers be composed once', () => {
  const log: string[] = [];
  const layer =
    (name: string): CallLayer =>
    (next) => {
      log.push(`compose ${name}`);
      return (...call) => {
        log.push(name);
        return next(...call);
      };
    };
  const last: CallServer = () => {
    log.push('server');
    return { reply: new Promise(() => {}), cancel: () => {} };
  };
  const call = composeLayers([layer('first'), layer('second')], last);
  log.length = 0;
  call('s', requestOf('tools/call'), SESSION);
  call('s', requestOf('tools/call'), SESSION);
  assert.deepEqual(log, ['first', 'second', 'server', 'first', 'second', 'server']);
});
