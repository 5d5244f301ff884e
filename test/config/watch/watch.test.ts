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

/** Time moves only when told to; `armed` settles when a timer is set, which here means that a change was noticed. */
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
    /** Lets what was noticed before pass, so that it cannot be taken for what comes. */
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
let news = 0;
let watcher: StackWatcher;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hive-watch-')));
  clock = manualClock();
  news = 0;
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
    () => void news++,
  );
  await watcher.refresh();
}

/** Does something, waits until it is noticed, lets the quiet time pass, and counts the news. */
async function newsAfter(change: () => void): Promise<number> {
  await clock.quiet();
  news = 0;
  change();
  await clock.armed();
  clock.advance(100);
  await watcher.refresh();
  return news;
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
  test(`a file changed ${how} is news, and the next change is too`, async () => {
    put('a/s.yaml', 'one');
    await watching('a/s.yaml');
    assert.equal(await newsAfter(save), 1);
    assert.equal(await newsAfter(() => put('a/s.yaml', 'three')), 1);
    assert.equal(await newsAfter(() => put('a/s.yaml', 'four')), 1);
  });

test('a file that is not there yet is news when it comes, in folders that are not there either', async () => {
  await watching('deep/er/.env');
  assert.equal(await newsAfter(() => put('deep/er/.env', 'A=1')), 1);
  assert.equal(await newsAfter(() => put('deep/er/.env', 'A=2')), 1);
});

test('a link is news when its target is written, when it leads elsewhere, and when the new target is written', async () => {
  put('v1/s.yaml', 'one');
  put('v2/s.yaml', 'two');
  symlinkSync('v1', at('current'));
  symlinkSync('current/s.yaml', at('s.yaml'));
  await watching('s.yaml');
  assert.equal(await newsAfter(() => put('v1/s.yaml', 'changed')), 1);
  const swap = () => {
    symlinkSync('v2', at('next'));
    renameSync(at('next'), at('current'));
  };
  assert.equal(await newsAfter(swap), 1);
  assert.equal(await newsAfter(() => put('v2/s.yaml', 'changed')), 1);
});

test('a folder is news when a file comes into it or leaves it', async () => {
  put('conf.d/a.yaml', 'a');
  await watching('conf.d');
  assert.equal(await newsAfter(() => put('conf.d/b.yaml', 'b')), 1);
  assert.equal(await newsAfter(() => unlinkSync(at('conf.d/a.yaml'))), 1);
});

test('ten saves in a second are one piece of news, after the last', async () => {
  put('s.yaml', '0');
  await watching('s.yaml');
  for (let save = 1; save <= 10; save++) {
    put('s.yaml', `save ${save}`);
    await clock.armed();
    clock.advance(90);
    assert.equal(news, 0, `told after save ${save}`);
  }
  clock.advance(100);
  assert.equal(news, 1);
});

test('saves that never pause do not put the news off for ever', async () => {
  put('s.yaml', '0');
  await watching('s.yaml');
  for (let save = 1; news === 0 && save < 100; save++) {
    put('s.yaml', `save ${save}`);
    await clock.armed();
    clock.advance(99);
  }
  assert.equal(news, 1);
});

test('what is watched follows what the stack names', async () => {
  put('a.yaml', '1');
  put('b.yaml', '1');
  let names = ['a.yaml'];
  watcher = watchStack(
    () => names.map(at),
    clock,
    () => void news++,
  );
  await watcher.refresh();
  names = ['b.yaml'];
  await watcher.refresh();
  assert.equal(await newsAfter(() => put('b.yaml', '2')), 1);
});

test('a file written between reading it and watching it is news', async () => {
  put('a.yaml', '1');
  let names = ['a.yaml'];
  watcher = watchStack(
    () => names.map(at),
    clock,
    () => void news++,
  );
  await watcher.refresh();
  const since = Date.now();
  put('b.yaml', 'written after it was read');
  names = ['a.yaml', 'b.yaml'];
  await watcher.refresh(since);
  assert.equal(clock.pending, 1);
});

test('nothing is told after closing, and no timer is left', async () => {
  put('s.yaml', '1');
  await watching('s.yaml');
  put('s.yaml', '2');
  await clock.armed();
  await watcher.close();
  assert.equal(clock.pending, 0);
});
