import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type StackWatcher, watchStack } from '../../../src/config/watch/watch.ts';
import type { Clock } from '../../../src/model/clock.ts';

interface ManualClock extends Clock {
  advance(ms: number): void;
  armed(): Promise<void>;
  quiet(): Promise<void>;
  readonly pending: number;
}

/** Time moves only by `advance`. `armed` settles when a timer is set, which happens when a change is noticed. */
function manualClock(): ManualClock {
  let now = Date.now() + 3_600_000;
  let timers: { at: number; callback: () => void }[] = [];
  let noticed = Promise.withResolvers<void>();
  return {
    now: () => now,
    setTimeout(callback, ms) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      noticed.resolve();
      const cancel = () => {
        timers = timers.filter((one) => one !== timer);
      };
      return { cancel };
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { callback } of due) callback();
    },
    async armed() {
      await noticed.promise;
      noticed = Promise.withResolvers();
    },
    /** Lets earlier changes expire, so that they cannot be mistaken for later ones. */
    async quiet() {
      while (timers.length > 0) {
        this.advance(2000);
        await watcher.refresh();
      }
      noticed = Promise.withResolvers();
    },
    get pending() {
      return timers.length;
    },
  };
}

let folder = '';
let clock = manualClock();
let notifications = 0;
let watcher: StackWatcher;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hive-watch-')));
  clock = manualClock();
  notifications = 0;
});
afterEach(async () => {
  await watcher.close();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

function put(name: string, text: string): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

async function watching(...names: string[]): Promise<void> {
  watcher = watchStack(
    () => names.map(at),
    clock,
    () => void notifications++,
  );
  await watcher.refresh();
}

/** Makes a change, waits until it is noticed, lets the quiet time pass, and counts the notifications. */
async function notificationsAfter(change: () => void): Promise<number> {
  await clock.quiet();
  notifications = 0;
  change();
  await clock.armed();
  clock.advance(100);
  await watcher.refresh();
  return notifications;
}

const SAVES: readonly (readonly [string, () => void])[] = [
  ['in place', () => put('a/s.yaml', 'two')],
  [
    'by atomic rename',
    () => {
      put('a/s.yaml.tmp', 'two');
      renameSync(at('a/s.yaml.tmp'), at('a/s.yaml'));
    },
  ],
  ['by deleting it', () => unlinkSync(at('a/s.yaml'))],
  [
    'by moving its folder away and making it anew',
    () => {
      renameSync(at('a'), at('old'));
      put('a/s.yaml', 'two');
    },
  ],
  ['by removing its folder', () => rmSync(at('a'), { recursive: true })],
];

for (const [how, save] of SAVES)
  test(`a file changed ${how} must be notified, and so must its next change`, async () => {
    put('a/s.yaml', 'one');
    await watching('a/s.yaml');
    assert.equal(await notificationsAfter(save), 1);
    assert.equal(await notificationsAfter(() => put('a/s.yaml', 'three')), 1);
    assert.equal(await notificationsAfter(() => put('a/s.yaml', 'four')), 1);
  });

test('the creation of a file must be notified, even in folders that did not exist', async () => {
  await watching('deep/er/.env');
  assert.equal(await notificationsAfter(() => put('deep/er/.env', 'A=1')), 1);
  assert.equal(await notificationsAfter(() => put('deep/er/.env', 'A=2')), 1);
});

test('a link must be notified when its target is written or replaced', async () => {
  put('v1/s.yaml', 'one');
  put('v2/s.yaml', 'two');
  symlinkSync('v1', at('current'));
  symlinkSync('current/s.yaml', at('s.yaml'));
  await watching('s.yaml');
  assert.equal(await notificationsAfter(() => put('v1/s.yaml', 'changed')), 1);
  const swap = () => {
    symlinkSync('v2', at('next'));
    renameSync(at('next'), at('current'));
  };
  assert.equal(await notificationsAfter(swap), 1);
  assert.equal(await notificationsAfter(() => put('v2/s.yaml', 'changed')), 1);
});

test('a folder must be notified when a file is added or removed', async () => {
  put('conf.d/a.yaml', 'a');
  await watching('conf.d');
  assert.equal(await notificationsAfter(() => put('conf.d/b.yaml', 'b')), 1);
  assert.equal(await notificationsAfter(() => unlinkSync(at('conf.d/a.yaml'))), 1);
});

test('ten saves in a second must give one notification, after the last', async () => {
  put('s.yaml', '0');
  await watching('s.yaml');
  for (let save = 1; save <= 10; save++) {
    put('s.yaml', `save ${save}`);
    await clock.armed();
    clock.advance(90);
    assert.equal(notifications, 0, `notified after save ${save}`);
  }
  clock.advance(100);
  assert.equal(notifications, 1);
});

test('saves without a pause must not delay the notification for ever', async () => {
  put('s.yaml', '0');
  await watching('s.yaml');
  for (let save = 1; notifications === 0 && save < 100; save++) {
    put('s.yaml', `save ${save}`);
    await clock.armed();
    clock.advance(99);
  }
  assert.equal(notifications, 1);
});

test('the watched files must follow the stack', async () => {
  put('a.yaml', '1');
  put('b.yaml', '1');
  let names = ['a.yaml'];
  watcher = watchStack(
    () => names.map(at),
    clock,
    () => void notifications++,
  );
  await watcher.refresh();
  names = ['b.yaml'];
  await watcher.refresh();
  assert.equal(await notificationsAfter(() => put('b.yaml', '2')), 1);
});

test('a file written between its reading and its watching must be notified', async () => {
  put('a.yaml', '1');
  let names = ['a.yaml'];
  watcher = watchStack(
    () => names.map(at),
    clock,
    () => void notifications++,
  );
  await watcher.refresh();
  const since = Date.now();
  put('b.yaml', 'written after it was read');
  names = ['a.yaml', 'b.yaml'];
  await watcher.refresh(since);
  assert.equal(clock.pending, 1);
});

test('after closing there must be no notification and no timer', async () => {
  put('s.yaml', '1');
  await watching('s.yaml');
  put('s.yaml', '2');
  await clock.armed();
  await watcher.close();
  assert.equal(clock.pending, 0);
});
