/** An installation ends when the server itself runs. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../../src/clock.ts';
import { watchInstall } from '../../../../src/runtime/links/commands/install-phase.ts';
import { InstallSlots } from '../../../../src/runtime/links/commands/install-slots.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

/** A shell that runs each line when it is told to. */
function shell(t: TestContext, argv0 = 'sh'): ChildProcess {
  const child = spawn('sh', ['-c', 'while read -r line; do eval "$line"; done'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    argv0,
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

async function until(what: string, is: () => boolean): Promise<void> {
  for (let n = 0; n < 200; n += 1) {
    if (is()) return;
    await sleep(25);
  }
  assert.fail(what);
}

for (const [tool, installs, serves, becomes] of [
  ['npx', 'npm_lifecycle_event=postinstall sleep 3 &', 'npm_lifecycle_event=npx sleep 3 &'],
  ['uv', 'sh -c "sleep 3 # /cache/builds-v0/x" &', 'sleep 3 &'],
  ['pnpm', 'npm_lifecycle_event=install sleep 3 &', 'sleep 3 &'],
  // The ways in which uv 0.13, pipx 1.18 and pnpm 12 look around before they install.
  ['uv', 'sh -c "sleep 3" python -I -B -c "import sys" &', 'sleep 3 &'],
  ['uv', 'for n in 1 2 3 4 5 6; do sh -c "sleep 0.5"; done; sleep 0 &', 'sleep 3 &'],
  ['pnpm', 'sh -c "sleep 3" node --version &', 'sleep 3 &'],
  ['pipx', 'sh -c "sleep 3" python -I -B -c "import sys" &', 'sleep 3 &', '/py/bin/uv'],
] as const) {
  test(`${tool}: what an installation runs must not be taken for the server: ${installs}`, async (t) => {
    const child = shell(t, becomes);
    const shown: boolean[] = [];
    let isOver = false;
    const events = { installing: (it: boolean) => void shown.push(it), over: () => (isOver = true) };
    const phase = watchInstall({ tool, what: 'x' }, child.pid as number, systemClock, events);
    t.after(() => phase?.end());
    child.stdin?.write(`${installs}\n`);
    await until('the installation is shown', () => shown.length > 0);
    assert.deepEqual([shown, isOver, phase?.isOpen], [[true], false, true]);
    child.stdin?.write(`${serves}\n`);
    await until('it is over', () => isOver);
    assert.deepEqual([shown, phase?.isOpen], [[true, false], false]);
  });
}

test('a pull must be told by what it writes, in pieces too, and end as it says', () => {
  const clock = fakeClock();
  const shown: boolean[] = [];
  const phase = watchInstall({ tool: 'docker', what: 'its image' }, 1, clock, {
    installing: (it) => void shown.push(it),
    over: () => {},
  });
  phase?.stderr('hello\nUnable to fin');
  assert.deepEqual(shown, []);
  phase?.stderr("d image 'x' locally\nlatest: Pulling from x\n");
  assert.deepEqual(shown, [true]);
  phase?.stderr('Status: Downloaded newer image for x\n');
  assert.deepEqual(shown, [true, false]);
});

test('an installation must be shown after two seconds, looked at every half second, and be given 30 minutes', async (t) => {
  const child = shell(t);
  const clock = fakeClock(0);
  const looks: number[] = [];
  const counting = {
    now: clock.now,
    setTimeout(run: () => void, ms: number) {
      looks.push(ms);
      return clock.setTimeout(run, ms);
    },
  };
  const shown: boolean[] = [];
  let isOver = false;
  const events = { installing: (it: boolean) => void shown.push(it), over: () => (isOver = true) };
  watchInstall({ tool: 'npx', what: 'x' }, child.pid as number, counting, events);
  clock.advance(1_900);
  assert.deepEqual(shown, []);
  clock.advance(700);
  assert.deepEqual([shown, looks[0], looks[1], looks.at(-1)], [[true], 50, 75, 500]);
  clock.advance(30 * 60_000 - 2_600);
  assert.equal(isOver, false);
  clock.advance(500);
  assert.deepEqual([isOver, shown], [true, [true, false]]);
});

test('a pull must be given 30 minutes', () => {
  const clock = fakeClock();
  const shown: boolean[] = [];
  const events = { installing: (it: boolean) => void shown.push(it), over: () => {} };
  watchInstall({ tool: 'docker', what: 'its image' }, 1, clock, events)?.stderr('Unable to find image');
  clock.advance(30 * 60_000 - 1);
  assert.deepEqual(shown, [true]);
  clock.advance(1);
  assert.deepEqual(shown, [true, false]);
});

test('installations beyond a few must wait for their turn', async () => {
  const slots = new InstallSlots(2);
  const [first] = [await slots.take(), await slots.take()];
  assert.ok(slots.isFull);
  let hasTurn = false;
  const third = slots.take().then((give) => {
    hasTurn = true;
    return give;
  });
  await sleep(1);
  assert.equal(hasTurn, false);
  first?.();
  first?.();
  (await third)();
  assert.ok(!slots.isFull);
});

test('a start that is given up while it waits for its turn must not wait on, nor take a turn', async () => {
  const slots = new InstallSlots(1);
  const give = await slots.take();
  const abort = new AbortController();
  const late = slots.take(abort.signal);
  const last = slots.take();
  abort.abort();
  (await late)();
  assert.equal(slots.isFull, true);
  give();
  (await last)();
  assert.equal(slots.isFull, false);
});

test('four installations may run at once', async () => {
  const slots = new InstallSlots();
  for (const isFull of [false, false, false, true]) {
    await slots.take();
    assert.equal(slots.isFull, isFull);
  }
});
