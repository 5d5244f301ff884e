/** Reconnections of the engine's event stream. */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type Docker from 'dockerode';
import { readEvents, watchEngine } from '../../../src/engines/docker/watch.ts';

test('an engine that is gone must be tried again after 0.25 s, more and more rarely, at least every 5 s', async () => {
  const delays: number[] = [];
  const causes: string[] = [];
  let retry = (): void => {};
  const clock = {
    now: () => 0,
    setTimeout(callback: () => void, ms: number) {
      delays.push(ms);
      retry = callback;
      return { cancel: () => {} };
    },
  };
  let stream: PassThrough | undefined;
  const getEvents = async (): Promise<PassThrough> => {
    if (!stream) throw new Error('gone');
    return stream;
  };
  const turn = () => new Promise(setImmediate);
  const docker = { getEvents } as unknown as Docker;
  const watch = watchEngine(docker, 'docker', clock, 'label', (cause) => void causes.push(cause));
  await turn();
  for (let attempt = 0; attempt < 6; attempt++) {
    retry();
    await turn();
  }
  assert.deepEqual(delays, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  stream = new PassThrough();
  retry();
  await turn();
  assert.equal(causes.at(-1), 'engine is back');
  stream.destroy();
  await turn();
  assert.equal(delays.at(-1), 250, 'a stream that was open begins anew');
  watch.close();
});

test('the end of a container must be reported with its code, and a kill for memory, though nothing has changed', () => {
  const changes: unknown[] = [];
  const ends: unknown[] = [];
  const read = readEvents(
    'docker',
    'mine',
    () => changes.push(1),
    (end) => ends.push(end),
  );
  const event = (Action: string, attributes: object): string =>
    `${JSON.stringify({ Action, Actor: { ID: 'c1', Attributes: { mine: 'yes', ...attributes } } })}\n`;
  const text = event('oom', {}) + event('die', { exitCode: '137' }) + event('start', {});
  read(Buffer.from(text.slice(0, 30)));
  read(Buffer.from(text.slice(30)));
  assert.equal(changes.length, 2);
  assert.deepEqual(ends, [
    { kind: 'oom', containerId: 'c1', labels: { mine: 'yes' } },
    { kind: 'exit', containerId: 'c1', labels: { mine: 'yes', exitCode: '137' }, exitCode: 137 },
  ]);
});
