/** Servers that are added while the gateway runs: a change of what is desired, and then a reload. */
import { stableHash } from '../compile/hash.ts';
import type { AddedText } from '../config/parse/added.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { AddedServer, AddedServers, PutOptions, RemoveOptions } from '../model/added/added.ts';
import type { EngineState } from '../model/observed.ts';
import type { Stack, WaitingServer } from '../model/stack.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { AddedRecord } from './added-file.ts';
import type { AddedStore } from './added-store.ts';
import { refuseBad, waitingError } from './admission.ts';
import { type Settled, type SettleFrom, settle } from './settle.ts';
import { Turns } from './turns.ts';
import { missingVolumes, ownVolumes, removeVolumes, type VolumeEngine } from './volumes.ts';

export interface RunningAddedFrom extends SettleFrom {
  readonly store: AddedStore;
  readonly runtime: SettleFrom['runtime'] & Pick<Runtime, 'quiet'>;
  readonly engine: VolumeEngine | undefined;
  readonly engineState: () => EngineState;
  /** The stack that is in effect. */
  readonly stack: () => Stack;
  /** Why the files as they are now are not in effect; undefined if they are. */
  readonly refusal: () => GatewayError | undefined;
  /** The stack as it would be with these added servers. @throws ConfigError */
  readonly read: (added: AddedText) => Promise<Stack>;
  /** Text of the plan for these added servers. @throws ConfigError */
  readonly plan: (added: AddedText) => Promise<string>;
  /** Reads the files again; resolves when the steps have begun, or could not begin. */
  readonly readAgain: (cause: string) => Promise<void>;
  /** Resolves when clients see what has been listed by now. */
  readonly published: () => Promise<void>;
  /** Writes a line in the log of a server. */
  readonly note: (serverName: string, text: string) => void;
}

export class RunningAdded implements AddedServers {
  readonly #from: RunningAddedFrom;
  readonly #turns = new Turns();
  /** Aborted when the gateway ends. */
  readonly #end = new AbortController();

  constructor(from: RunningAddedFrom) {
    this.#from = from;
  }

  all(): readonly AddedServer[] {
    return this.#from.store.all().map(plain);
  }

  async plan(server: AddedServer): Promise<string> {
    await this.#admitted(server);
    return this.#from.plan(this.#from.store.with(server));
  }

  put(server: AddedServer, options: PutOptions): Promise<'ready' | 'starting'> {
    return this.#turns.run([server.serverName], () => this.#put(server, options));
  }

  remove(serverNames: readonly string[], options: RemoveOptions = {}): Promise<readonly string[]> {
    return this.#turns.run(serverNames, () => this.#remove(serverNames, options));
  }

  /** Goes on with servers whose start an earlier gateway did not see the end of. */
  resume(): void {
    for (const record of this.#from.store.all())
      if (record.unproven) void this.#turns.run([record.serverName], () => this.#resume(record));
  }

  /** Ends all waits. What is being started now is gone on with by the next gateway. */
  close(): void {
    this.#end.abort();
  }

  async #put(server: AddedServer, options: PutOptions): Promise<'ready' | 'starting'> {
    options.signal.throwIfAborted();
    const { store, engine, readAgain } = this.#from;
    const { serverName } = server;
    const stack = await this.#admitted(server);
    const before = store.get(serverName);
    if (before && stableHash(before.entry) === stableHash(server.entry)) {
      if (stableHash(before.facts) !== stableHash(server.facts)) store.set(server);
      return this.#answer(await this.#settled(serverName, options), options);
    }
    const volumes = await missingVolumes(engine, stack, serverName);
    const record = { ...server, unproven: { before: before && plain(before), volumes } };
    store.set(record);
    await readAgain(`${serverName} is ${before ? 'changed' : 'added'}`);
    const settled = await this.#settled(serverName, options);
    if (settled.state === 'failed' || (settled.state === 'aborted' && !this.#end.signal.aborted))
      await this.#takeBack(record);
    else if (settled.state !== 'aborted') store.set(server);
    return this.#answer(settled, options);
  }

  #answer(settled: Settled, { signal }: PutOptions): 'ready' | 'starting' {
    if (settled.state === 'failed') throw settled.error;
    if (settled.state !== 'aborted') return settled.state;
    signal.throwIfAborted();
    throw new GatewayError('NOT_RUNNING', 'the gateway ended before the server was ready', {
      hint: 'it is started with the next gateway: npx hive up -d',
    });
  }

  /** The outcome of the entry that has been written. Never rejects. */
  async #settled(serverName: string, options: PutOptions): Promise<Settled> {
    const error = this.#waiting(serverName) ?? this.#from.refusal();
    if (error) return { state: 'failed', error };
    const signal = AbortSignal.any([options.signal, this.#end.signal]);
    const settled = await settle(this.#from, serverName, { ...options, signal });
    if (settled.state === 'ready') await this.#from.published();
    return settled;
  }

  #waiting(serverName: string): GatewayError | undefined {
    const isIt = (it: WaitingServer): boolean => it.serverName === serverName;
    const waiting = this.#from.stack().waiting?.find(isIt);
    return waiting && waitingError(waiting);
  }

  /** The stack as it would be with the server. */
  async #admitted(server: AddedServer): Promise<Stack> {
    const { read, store, engineState } = this.#from;
    const stack = await read(store.with(server));
    refuseBad(stack, server.serverName, engineState());
    return stack;
  }

  async #resume(record: AddedRecord): Promise<void> {
    const { serverName } = record;
    const options = { signal: this.#end.signal, progress: () => {}, waitMs: Number.POSITIVE_INFINITY };
    const settled = await this.#settled(serverName, options);
    if (settled.state === 'aborted') return;
    if (settled.state !== 'failed') return this.#from.store.set(plain(record));
    const what = record.unproven?.before ? 'its old entry is back' : 'it is removed';
    this.#from.note(serverName, `the gateway ended while it was added, and it fails: ${what}`);
    await this.#takeBack(record);
  }

  /** Never rejects: whoever waits is told why the server failed. */
  async #takeBack({ serverName, unproven }: AddedRecord): Promise<void> {
    const { store, engine, note } = this.#from;
    try {
      if (unproven?.before) store.set(unproven.before);
      else store.remove([serverName]);
      await this.#cleared([serverName], `${serverName} is taken back`);
      await removeVolumes(engine, unproven?.volumes ?? []);
    } catch (error) {
      note(serverName, `could not be taken back as a whole: ${toGatewayError(error).message}`);
    }
  }

  async #remove(
    serverNames: readonly string[],
    { volumes = false }: RemoveOptions,
  ): Promise<readonly string[]> {
    const { store, engine, stack, read, refusal } = this.#from;
    const names = serverNames.filter((name) => store.get(name));
    if (names.length === 0) return [];
    const current = stack();
    const doomed = volumes ? names.flatMap((name) => ownVolumes(current, name)) : [];
    await read(store.without(names));
    store.remove(names);
    await this.#cleared(names, `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} removed`);
    const error = refusal();
    if (error) throw error;
    await removeVolumes(engine, doomed);
    return names;
  }

  /** Twice: a container whose creation was under way may appear after the first look. */
  async #cleared(serverNames: readonly string[], cause: string): Promise<void> {
    const { readAgain, runtime } = this.#from;
    for (let look = 0; look < 2; look++) {
      await readAgain(cause);
      await Promise.all(serverNames.map((name) => runtime.quiet(name)));
    }
  }
}

const plain = ({ serverName, entry, facts }: AddedServer): AddedServer => ({ serverName, entry, facts });
