/** A gateway that cannot finish starting releases all that it acquired. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../src/clock.ts';
import { GatewayError } from '../src/errors.ts';
import { type GatewaySettings, startGateway } from '../src/gateway.ts';
import type { Clock } from '../src/model/clock.ts';
import { settingsOf, stackFolder } from './helpers/stack-folder.ts';

interface Settings extends GatewaySettings {
  readonly clock: Clock & { live(): number; made(): number; failAt(count: number): void };
}

/** Real time; knows its timers, and can refuse to make one. */
function countingClock(): Settings['clock'] {
  const live = new Set<object>();
  let made = 0;
  let fails = Number.POSITIVE_INFINITY;
  return {
    now: systemClock.now,
    setTimeout(callback, ms) {
      if (++made >= fails) throw new GatewayError('INTERNAL', 'no timer');
      const timer = systemClock.setTimeout(() => {
        live.delete(timer);
        callback();
      }, ms);
      live.add(timer);
      return {
        cancel() {
          live.delete(timer);
          timer.cancel();
        },
      };
    },
    live: () => live.size,
    made: () => made,
    failAt(count) {
      fails = count;
    },
  };
}

/** Settings of a gateway of its own, for a config with this content. */
async function settingsFor(t: TestContext, config: object = {}): Promise<Settings> {
  return { ...(await settingsOf(stackFolder(t, config))), clock: countingClock() };
}

/**
 * Handles that keep this process alive, but for file watches: a gateway begins to watch only once it serves.
 */
function handles(): Readonly<Record<string, number>> {
  const names = process.getActiveResourcesInfo().filter((name) => /^(TCP\w*|Pipe)Wrap$|^Timeout$/.test(name));
  return Object.fromEntries(
    Object.entries(Object.groupBy(names, (name) => name)).map(([name, all = []]) => [name, all.length]),
  );
}

/**
 * Resolves when nothing is left of a gateway that was started after `before` was taken; else the test times
 * out.
 */
async function untilReleased(before: ReturnType<typeof handles>, { clock }: Settings): Promise<void> {
  const isReleased = (): boolean =>
    clock.live() === 0 && Object.entries(handles()).every(([name, count]) => count <= (before[name] ?? 0));
  while (!isReleased()) await sleep(5);
}

/** The port of a server that is nobody's gateway. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Failure {
  readonly step: string;
  readonly code: string;
  settings(t: TestContext): Promise<Settings>;
}

const FAILURES: readonly Failure[] = [
  {
    step: 'the control socket of a running gateway',
    code: 'ALREADY_RUNNING',
    async settings(t) {
      const settings = await settingsFor(t);
      const other = await startGateway({ ...settings, clock: systemClock });
      t.after(() => other.close());
      return settings;
    },
  },
  {
    step: 'a control socket in a folder that is gone',
    code: 'STATE_FAILED',
    async settings(t) {
      const settings = await settingsFor(t);
      return { ...settings, state: { ...settings.state, socket: '/nowhere/control.sock' } };
    },
  },
  {
    step: 'a Compose file that Hive did not write',
    code: 'CONFIG_INVALID',
    async settings(t) {
      const settings = await settingsFor(t, { servers: { box: { image: 'some/image' } } });
      writeFileSync(settings.desired.stack.composeFile, 'services: {}');
      return settings;
    },
  },
  {
    step: 'an engine that no client can reach',
    code: 'ENGINE_UNREACHABLE',
    settings: async (t) => ({ ...(await settingsFor(t)), engine: { url: 'gopher://elsewhere', env: {} } }),
  },
  {
    step: 'a part that cannot be built',
    code: 'INTERNAL',
    async settings(t) {
      const settings = await settingsFor(t);
      settings.clock.failAt(1);
      return settings;
    },
  },
  {
    step: 'a port that another process has',
    code: 'PORT_TAKEN',
    settings: async (t) => settingsFor(t, { gateway: { port: await takenPort(t) } }),
  },
  {
    step: 'an address of another machine',
    code: 'CONFIG_INVALID',
    settings: (t) =>
      settingsFor(t, {
        gateway: { host: '203.0.113.7' },
        auth: { tokens: { a: `sha256:${'0'.repeat(64)}` } },
      }),
  },
];

for (const { step, code, settings: make } of FAILURES)
  test(`a start that fails at ${step} must release all that it acquired`, async (t) => {
    const settings = await make(t);
    const before = handles();
    await assert.rejects(startGateway(settings), { code });
    await untilReleased(before, settings);
    if (code !== 'ALREADY_RUNNING') assert.ok(!existsSync(settings.state.socket));
  });

test('a start that fails at any timer of its parts must release all that it acquired', async (t) => {
  const whole = await settingsFor(t);
  const gateway = await startGateway(whole);
  const made = whole.clock.made();
  await gateway.close();
  let failed = 0;
  for (let count = 1; count <= made; count++) {
    const settings = await settingsFor(t);
    settings.clock.failAt(count);
    const before = handles();
    const started = await startGateway(settings).catch(() => undefined);
    if (!started) failed += 1;
    await started?.close().catch(() => {});
    await untilReleased(before, settings);
  }
  assert.ok(failed >= 2, `${failed} of ${made} timers failed a start`);
});

test('a gateway that lost the race must leave the winner as it is', async (t) => {
  const settings = await settingsFor(t);
  const winner = await startGateway({ ...settings, clock: systemClock });
  t.after(() => winner.close());
  await assert.rejects(startGateway(settings), { code: 'ALREADY_RUNNING' });
  assert.equal((await fetch(winner.url.replace('/mcp', '/health'))).status, 200);
});

test('closing must resolve `closed` once everything is released, however often it is asked for', async (t) => {
  const settings = await settingsFor(t);
  const before = handles();
  const gateway = await startGateway(settings);
  await Promise.all([gateway.close(), gateway.close(), gateway.closed]);
  await untilReleased(before, settings);
  assert.ok(!existsSync(settings.state.socket));
});
