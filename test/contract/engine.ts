/** The obligations of an engine: held by the real one and by the fake one. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import type { ContainerEnd, Engine, OutputHandlers } from '../../src/model/engine.ts';
import type { Usage } from '../../src/model/watch/usage.ts';
import { PROGRAMS, type ProgramName } from './engine-programs.ts';

/** What a container of the contract is created with. */
export interface ContractContainer {
  readonly program: ProgramName;
  readonly label: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasStdin?: boolean;
  readonly hasTerminal?: boolean;
  readonly stdinOnce?: boolean;
  readonly stopGraceSeconds?: number;
  /** Name of a network that `addNetwork` made. */
  readonly network?: string;
  /** A volume; the engine calls it `volumeName(label, volume)`. */
  readonly volume?: string;
}

export interface EngineKind {
  readonly name: string;
  readonly engine: Engine;
  /** An image of the contract's own, with a command and under this name alone: it may be removed. */
  readonly image: string;
  /** Creates a container of `image` without starting it. @returns its id */
  readonly create: (container: ContractContainer) => Promise<string>;
  readonly addNetwork: (project: string, name: string) => Promise<void>;
  readonly networks: (project: string) => Promise<readonly string[]>;
  readonly volumeName: (project: string, name: string) => string;
  /** Obligations that do not apply to this kind, each with its reason. */
  readonly deviations: Readonly<Record<string, string>>;
  /** Provides the image. */
  readonly begin?: () => Promise<void>;
  readonly end?: () => Promise<void>;
}

/** A case may create containers and connections; all of them are removed when it ends. */
interface Bench {
  readonly engine: Engine;
  readonly kind: EngineKind;
  /** A label of this case alone. */
  readonly label: string;
  create(program: ProgramName, options?: Partial<ContractContainer>): Promise<string>;
  started(program: ProgramName, options?: Partial<ContractContainer>): Promise<string>;
  isRunning(containerId: string): Promise<boolean>;
}

type Case = (bench: Bench) => Promise<void>;

const MISSING = 'f'.repeat(64);
const SOON_MS = 30_000;
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));
const untilLate = (): AbortSignal => AbortSignal.timeout(SOON_MS);

/** Collects output as text, and waits for it. */
function collectOutput() {
  const more = new EventEmitter();
  const text = { stdout: '', stderr: '' };
  const add = (stream: 'stdout' | 'stderr', chunk: Buffer): void => {
    text[stream] += chunk;
    more.emit('more');
  };
  const output: OutputHandlers = {
    stdout: (chunk) => add('stdout', chunk),
    stderr: (chunk) => add('stderr', chunk),
  };
  const until = async (wanted: string): Promise<void> => {
    const signal = untilLate();
    while (!text.stdout.includes(wanted)) await once(more, 'more', { signal });
  };
  return { text, output, until };
}

const INPUT = { hasInput: true, hasTerminal: false };

const LIFE: Readonly<Record<string, Case>> = {
  'a container is listed by its label in every state, and by no other label': async ({
    engine,
    label,
    create,
  }) => {
    const id = await create('sleep');
    // A listing may lag behind the answer to a request.
    const untilListed = async (wanted: string): Promise<void> => {
      const late = untilLate();
      for (;;) {
        const listed = (await engine.containers(label)).map(({ containerId, state }) => [containerId, state]);
        if (listed[0]?.[1] === wanted || late.aborted) return assert.deepEqual(listed, [[id, wanted]]);
        await soon();
      }
    };
    await untilListed('created');
    await engine.start(id);
    await untilListed('running');
    await engine.stop(id);
    await untilListed('exited');
    assert.deepEqual(await engine.containers(`${label}.other`), []);
  },

  'a listing tells name, labels, image, state in words and age': async ({ engine, kind, label, create }) => {
    const before = Date.now();
    await create('sleep');
    const [listed] = await engine.containers(label);
    assert.ok(listed);
    assert.match(listed.containerName, /^[^/]+$/);
    assert.equal(listed.labels[label], 'yes');
    assert.equal(listed.image, kind.image);
    assert.match(listed.statusText, /created/i);
    assert.ok(Math.abs(listed.createdAt - before) < SOON_MS, `created at ${listed.createdAt}`);
  },

  'facts tell how a container was created': async ({ engine, create }) => {
    const plain = await engine.inspect(await create('sleep', { env: { MINE: 'a b' }, hasStdin: false }));
    assert.ok(plain);
    assert.ok(plain.env.includes('MINE=a b'));
    assert.deepEqual([plain.hasStdin, plain.hasTerminal], [false, false]);
    const terminal = await engine.inspect(await create('sleep', { hasTerminal: true, hasStdin: true }));
    assert.deepEqual([terminal?.hasStdin, terminal?.hasTerminal], [true, true]);
  },

  'facts tell whether a container runs, and how it ended': async ({ engine, create }) => {
    const id = await create('print');
    assert.deepEqual((await engine.inspect(id))?.isRunning, false);
    await engine.start(id);
    assert.equal(await engine.untilStopped(id, untilLate()), true);
    const facts = await engine.inspect(id);
    assert.deepEqual(
      [facts?.isRunning, facts?.isRestarting, facts?.exitCode, facts?.isOomKilled, facts?.error],
      [false, false, 3, false, ''],
    );
  },

  'a running container has figures, a stopped or missing one has none': async ({ engine, started }) => {
    const id = await started('sleep');
    const usage = await engine.usage(id);
    assert.ok(usage && usage.at > 0 && usage.memoryBytes > 0 && usage.cpuSeconds >= 0);
    await engine.stop(id);
    assert.equal(await engine.usage(id), undefined);
    assert.equal(await engine.usage(MISSING), undefined);
  },

  'figures of a running container are passed on each second, until they are no longer wanted': async ({
    engine,
    started,
  }) => {
    const id = await started('sleep');
    const seen = new EventEmitter();
    const samples: Usage[] = [];
    const feed = await engine.followUsage(id, (usage) => {
      samples.push(usage);
      seen.emit('sample');
    });
    assert.ok(feed);
    const signal = untilLate();
    while (samples.length < 3) await once(seen, 'sample', { signal });
    const [first, , third] = samples as [Usage, Usage, Usage];
    assert.ok(third.at > first.at && third.cpuSeconds >= first.cpuSeconds && third.memoryBytes > 0);
    feed.close();
    await feed.ended;
    const { length } = samples;
    await engine.stop(id);
    assert.equal(samples.length, length);
    assert.equal(await engine.followUsage(MISSING, () => {}), undefined);
  },

  'a missing container has no facts, and need not be stopped, restarted or removed': async ({ engine }) => {
    assert.equal(await engine.inspect(MISSING), undefined);
    await engine.stop(MISSING);
    await engine.restart(MISSING);
    await engine.remove(MISSING);
    assert.equal(await engine.untilStopped(MISSING, untilLate()), true);
  },

  'a missing container cannot be started, attached to or run a process': async ({ engine }) => {
    const { output } = collectOutput();
    const refused = { name: 'GatewayError', code: 'ENGINE_REFUSED', message: /no such container/i };
    await assert.rejects(engine.start(MISSING), refused);
    await assert.rejects(engine.attach(MISSING, INPUT, output), refused);
    await assert.rejects(engine.exec(MISSING, { command: ['true'] }, output), refused);
    await assert.rejects(engine.execDetached(MISSING, { command: ['true'] }), refused);
  },

  'a start leaves a running container as it is': async ({ engine, create }) => {
    const id = await create('sleep');
    const { text, output, until } = collectOutput();
    const streams = await engine.attach(id, INPUT, output);
    await engine.start(id);
    await until('up\n');
    await engine.start(id);
    assert.equal(text.stdout, 'up\n');
    streams.close();
  },

  'a stop gives a process its grace, then kills it; a second stop is no error': async ({
    engine,
    create,
  }) => {
    const id = await create('deaf', { stopGraceSeconds: 1 });
    const { output, until } = collectOutput();
    const streams = await engine.attach(id, INPUT, output);
    await engine.start(id);
    await until('up\n');
    await engine.stop(id);
    assert.equal((await engine.inspect(id))?.exitCode, 137);
    await engine.stop(id);
    streams.close();
  },

  'a restart begins a fresh process, of a stopped container too': async ({ engine, create, isRunning }) => {
    const id = await create('print');
    const { text, output } = collectOutput();
    const first = await engine.attach(id, INPUT, output);
    await engine.start(id);
    await first.ended;
    await engine.untilStopped(id, untilLate());
    const second = await engine.attach(id, INPUT, output);
    await engine.restart(id);
    await second.ended;
    await engine.untilStopped(id, untilLate());
    assert.equal(text.stdout, 'out\nout\n');
    assert.equal(await isRunning(id), false);
  },

  'a removed container is gone, also if it ran': async ({ engine, label, started }) => {
    const id = await started('sleep');
    await engine.remove(id);
    assert.equal(await engine.inspect(id), undefined);
    assert.deepEqual(await engine.containers(label), []);
    await engine.remove(id);
  },

  'the wait for an end is over at once for a container that does not run': async ({ engine, create }) => {
    assert.equal(await engine.untilStopped(await create('sleep'), untilLate()), true);
  },

  'the wait for an end can be given up': async ({ engine, started, isRunning }) => {
    const id = await started('sleep');
    const abort = new AbortController();
    const stopped = engine.untilStopped(id, abort.signal);
    abort.abort();
    assert.equal(await stopped, false);
    assert.equal(await isRunning(id), true);
  },
};

const STREAMS: Readonly<Record<string, Case>> = {
  'a connection made before the start gets all output, stream by stream, before it ends': async ({
    engine,
    create,
  }) => {
    const id = await create('print');
    const { text, output } = collectOutput();
    const streams = await engine.attach(id, INPUT, output);
    await engine.start(id);
    assert.equal(await streams.ended, undefined);
    assert.deepEqual(text, { stdout: 'out\n', stderr: 'err\n' });
  },

  'a connection without input gets all output too': async ({ engine, create }) => {
    const id = await create('print', { hasStdin: false });
    const { text, output } = collectOutput();
    const streams = await engine.attach(id, { hasInput: false, hasTerminal: false }, output);
    await engine.start(id);
    await streams.ended;
    assert.deepEqual(text, { stdout: 'out\n', stderr: 'err\n' });
  },

  'a terminal has one stream for all output': async ({ engine, create }) => {
    const id = await create('print', { hasTerminal: true });
    const { text, output } = collectOutput();
    const streams = await engine.attach(id, { hasInput: true, hasTerminal: true }, output);
    await engine.start(id);
    await streams.ended;
    assert.match(text.stdout, /^out\r?\nerr\r?\n$/);
    assert.equal(text.stderr, '');
  },

  'input reaches the process, and its end too if the container was created for that': async ({
    engine,
    create,
  }) => {
    const id = await create('cat', { stdinOnce: true });
    const { text, output } = collectOutput();
    const streams = await engine.attach(id, INPUT, output);
    await engine.start(id);
    streams.stdin.write('one\n');
    streams.stdin.end('two\n');
    await streams.ended;
    assert.equal(text.stdout, 'one\ntwo\n');
    await engine.untilStopped(id, untilLate());
    assert.equal((await engine.inspect(id))?.exitCode, 0);
  },

  'a closed connection leaves the process running for the next one': async ({
    engine,
    create,
    isRunning,
  }) => {
    const id = await create('cat');
    const first = await engine.attach(id, INPUT, collectOutput().output);
    await engine.start(id);
    first.close();
    await first.ended;
    assert.equal(await isRunning(id), true);
    const { output, until } = collectOutput();
    const second = await engine.attach(id, INPUT, output);
    second.stdin.write('again\n');
    await until('again\n');
    second.close();
  },
};

const EXEC: Readonly<Record<string, Case>> = {
  'a process in a container has its own streams and exit code': async ({ engine, started }) => {
    const id = await started('sleep');
    const { text, output } = collectOutput();
    const process = await engine.exec(id, { command: PROGRAMS.print.command }, output);
    await process.ended;
    assert.deepEqual(text, { stdout: 'out\n', stderr: 'err\n' });
    assert.deepEqual(await settled(process.state), { isRunning: false, exitCode: 3 });
  },

  'a process in a container reads input until it ends': async ({ engine, started }) => {
    const id = await started('sleep');
    const { output, until } = collectOutput();
    const process = await engine.exec(id, { command: PROGRAMS.cat.command }, output);
    process.stdin.write('in\n');
    await until('in\n');
    assert.deepEqual(await process.state(), { isRunning: true });
    process.stdin.end();
    await process.ended;
    assert.deepEqual(await settled(process.state), { isRunning: false, exitCode: 0 });
  },

  'a process in a container has the environment, folder and user that were asked for': async ({
    engine,
    started,
  }) => {
    const id = await started('sleep', { env: { MINE: 'theirs' } });
    const { text, output } = collectOutput();
    const { command } = PROGRAMS.whoami;
    const own = { command, env: { MINE: 'mine' }, workdir: '/tmp', user: 'node' };
    await (await engine.exec(id, own, output)).ended;
    await (await engine.exec(id, { command }, output)).ended;
    assert.equal(text.stdout, 'mine /tmp node\ntheirs / root\n');
  },

  'a process is over when its container is removed': async ({ engine, started }) => {
    const id = await started('sleep');
    const process = await engine.exec(id, { command: PROGRAMS.cat.command }, collectOutput().output);
    await engine.remove(id);
    await process.ended;
    const state = await settled(process.state);
    assert.equal(state.isRunning, false);
  },

  'no process can be started in a container that does not run': async ({ engine, create }) => {
    const id = await create('sleep');
    const refused = { code: 'ENGINE_REFUSED', message: /is not running/ };
    await assert.rejects(engine.exec(id, { command: ['true'] }, collectOutput().output), refused);
  },

  'a command that the container lacks fails to start': async ({ engine, started }) => {
    const id = await started('sleep');
    const { output } = collectOutput();
    const missing = engine.exec(id, { command: ['no-such-command-7'] }, output);
    await assert.rejects(missing, { code: 'START_FAILED', message: /no-such-command-7/ });
  },

  'a process can be started without streams': async ({ engine, started }) => {
    const id = await started('sleep');
    await engine.execDetached(id, { command: PROGRAMS.killer.command });
    assert.equal(await engine.untilStopped(id, untilLate()), true);
  },
};

const RESOURCES: Readonly<Record<string, Case>> = {
  'an image tells its id and command, by reference and by id; a missing one has no facts': async ({
    engine,
    kind,
    create,
  }) => {
    const facts = await engine.image(kind.image);
    assert.ok(facts && [...facts.entrypoint, ...facts.command].length > 0);
    assert.deepEqual(await engine.image(facts.imageId), facts);
    assert.equal((await engine.inspect(await create('sleep')))?.imageId, facts.imageId);
    assert.equal(await engine.image('hive/no-such-image:1'), undefined);
  },

  'an image in use stays, and a missing one need not be removed': async ({ engine, kind, started }) => {
    await started('sleep');
    await engine.removeImage(kind.image);
    assert.ok(await engine.image(kind.image));
    await engine.removeImage('hive/no-such-image:1');
  },

  'networks of a project are removed by name or all at once, unless they are in use': async ({
    engine,
    kind,
    label,
    started,
  }) => {
    for (const name of ['one', 'two', 'used']) await kind.addNetwork(label, name);
    await kind.addNetwork(`${label}-other`, 'one');
    const id = await started('sleep', { network: 'used' });
    await engine.removeNetworks(label, ['one']);
    assert.deepEqual((await kind.networks(label)).toSorted(), ['two', 'used']);
    await engine.removeNetworks(label);
    assert.deepEqual(await kind.networks(label), ['used']);
    assert.deepEqual(await kind.networks(`${label}-other`), ['one']);
    await engine.remove(id);
    await engine.removeNetworks(label);
    await engine.removeNetworks(`${label}-other`);
    assert.deepEqual(await kind.networks(label), []);
  },

  'every network is listed with its id, and so is that of a container': async ({
    engine,
    kind,
    label,
    create,
  }) => {
    await kind.addNetwork(label, 'net');
    const id = await create('sleep', { network: 'net' });
    const all = await engine.networks();
    const own = (await engine.containers(label)).find(({ containerId }) => containerId === id);
    const [network] = own?.networks ?? [];
    assert.ok(all.some(({ networkName }) => networkName === network?.networkName));
    await engine.start(id);
    const [started] = (await engine.containers(label)).flatMap(({ networks }) => networks);
    assert.ok(all.some(({ networkId }) => networkId === started?.networkId));
    await engine.remove(id);
    await engine.removeNetworks(label);
    assert.equal((await engine.networks()).length, all.length - 1);
  },

  'volumes of a project keep their labels, and are removed unless a container uses them': async ({
    engine,
    kind,
    label,
    create,
  }) => {
    const [free, used] = ['free', 'used'].map((name) => kind.volumeName(label, name)) as [string, string];
    const labels = { 'com.docker.compose.project': label, own: 'yes' };
    for (const volumeName of [free, used]) await engine.makeVolume(volumeName, labels);
    await engine.makeVolume(free, { ...labels, own: 'no' });
    const byName = (await engine.volumes(label)).toSorted((a, b) => (a.volumeName < b.volumeName ? -1 : 1));
    assert.deepEqual(byName, [
      { volumeName: free, labels },
      { volumeName: used, labels },
    ]);
    const id = await create('sleep', { volume: 'used' });
    assert.equal(await engine.removeVolume(free), true);
    assert.equal(await engine.removeVolume(used), false);
    assert.equal(await engine.removeVolume(free), false);
    await engine.remove(id);
    assert.equal(await engine.removeVolume(used), true);
    assert.deepEqual(await engine.volumes(label), []);
  },
};

const WATCH: Readonly<Record<string, Case>> = {
  'a change of a labelled container is reported, until the watch is closed': async ({
    engine,
    label,
    create,
  }) => {
    const seen = new EventEmitter();
    const reports: string[] = [];
    const ends: ContainerEnd[] = [];
    const watch = engine.watch(
      label,
      (cause) => {
        reports.push(cause);
        seen.emit('change');
      },
      (end) => {
        ends.push(end);
        seen.emit('end');
      },
    );
    // The watch opens on its own time: changes are made until one is reported.
    const id = await create('print');
    const change = once(seen, 'change', { signal: untilLate() });
    while (reports.length === 0) await Promise.race([engine.restart(id), change]);
    await change;
    assert.deepEqual([...new Set(reports)], ['container event']);
    while (ends.length === 0) await once(seen, 'end', { signal: untilLate() });
    const [{ kind, containerId, labels, exitCode } = assert.fail()] = ends;
    assert.deepEqual([kind, containerId, labels[label], exitCode], ['exit', id, 'yes', 3]);
    watch.close();
    const before = reports.length;
    await engine.remove(id);
    assert.equal(reports.length, before);
  },
};

const CASES: Readonly<Record<string, Case>> = { ...LIFE, ...STREAMS, ...EXEC, ...RESOURCES, ...WATCH };

/** The exit code of a process is known a moment after its end. */
async function settled<T extends { readonly isRunning: boolean }>(state: () => Promise<T>): Promise<T> {
  const late = untilLate();
  for (;;) {
    const now = await state();
    if (!now.isRunning || late.aborted) return now;
    await soon();
  }
}

async function withBench(kind: EngineKind, index: number, run: Case): Promise<void> {
  const made: string[] = [];
  const { engine } = kind;
  const label = `hive.contract.${process.pid}.${index}`;
  const create: Bench['create'] = async (program, options = {}) => {
    const id = await kind.create({ program, label, ...options });
    made.push(id);
    return id;
  };
  const bench: Bench = {
    engine,
    kind,
    label,
    create,
    async started(program, options) {
      const id = await create(program, options);
      await engine.start(id);
      return id;
    },
    isRunning: async (id) => (await engine.inspect(id))?.isRunning ?? false,
  };
  try {
    await run(bench);
  } finally {
    await Promise.all(made.map((id) => engine.remove(id)));
  }
}

/** Runs every obligation. A deviation must name one, or it is a mistake itself. */
export function engineContract(kind: EngineKind): void {
  for (const deviation of Object.keys(kind.deviations))
    assert.ok(deviation in CASES, `no such obligation: ${deviation}`);
  for (const [index, [obligation, run]] of Object.entries(CASES).entries()) {
    const skip = kind.deviations[obligation] ?? false;
    test(`${kind.name}: ${obligation}`, { skip, timeout: 120_000 }, () => withBench(kind, index, run));
  }
  if (kind.begin) before(kind.begin);
  if (kind.end) after(kind.end);
}
