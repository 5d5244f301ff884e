/** A gateway as the operations of `use: manager` see it, made of plain data. */

import { join } from 'node:path';
import { processFiles } from '../../../src/files/process-files.ts';
import { searchMemory } from '../../../src/logs/memory-search.ts';
import type { AddedServer, AddedServers } from '../../../src/model/added/added.ts';
import type { Operation } from '../../../src/model/operation.ts';
import type { LogEntry, ServerStatus } from '../../../src/model/status.ts';
import { managerOperations } from '../../../src/operations/manager/manager.ts';
import type { ManagerSource } from '../../../src/operations/manager/source.ts';
import { readTemplates } from '../../../src/templates/read.ts';
import { compileCheck } from '../../../src/tools/arguments.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { CALLER, CONTEXT, type Given, NOON, server, sourceOf } from '../gateway/harness.ts';

export { CALLER, NOON };

const SHIPPED = join(import.meta.dirname, '../../../templates');

/** Added servers in memory: each is ready at once. */
export class FakeAdded implements AddedServers {
  servers: AddedServer[] = [];

  all(): readonly AddedServer[] {
    return this.servers;
  }

  async put(server: AddedServer): Promise<'ready'> {
    this.servers = [...this.servers.filter((it) => it.serverName !== server.serverName), server];
    return 'ready';
  }

  async remove(serverNames: readonly string[]): Promise<readonly string[]> {
    const found = this.servers.filter((it) => serverNames.includes(it.serverName));
    this.servers = this.servers.filter((it) => !found.includes(it));
    return found.map((it) => it.serverName);
  }

  async plan({ serverName }: AddedServer): Promise<string> {
    return `+ create ${serverName}`;
  }
}

export const container = (serverName: string, more: Partial<ServerStatus> = {}): ServerStatus =>
  server(serverName, { type: 'container', ...more });

/** A gateway whose servers change as the test says. */
export class FakeGateway {
  readonly clock = fakeClock(NOON);
  readonly did: string[] = [];
  readonly added = new FakeAdded();
  settings: ReturnType<ManagerSource['settings']> = { hostPaths: [], max: {} };
  readonly kept: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #logListeners = new Set<(entry: LogEntry) => void>();
  readonly #given: Given;
  servers: readonly ServerStatus[];
  log: LogEntry[];

  constructor(given: Given) {
    this.#given = given;
    this.servers = given.servers ?? [];
    this.log = [...(given.log ?? [])];
  }

  get source(): ManagerSource {
    // As the gateway does: the state changes at once.
    const did = (verb: string) => (serverName: string) => {
      this.did.push(`${verb} ${serverName}`);
      this.show(serverName, { state: verb === 'start' ? 'pending' : 'draining' });
    };
    return {
      ...sourceOf(this.#given),
      status: () => ({ ...sourceOf(this.#given).status(), servers: this.servers }),
      logs: (serverName) => this.log.filter((it) => it.serverName === serverName),
      searchLogs: async (request) => searchMemory(this.log, request, this.clock.now()),
      history: (serverName) => this.log.filter((it) => it.serverName === serverName),
      onLog: (listener) => this.#listen(this.#logListeners, listener),
      onStatus: (listener) => this.#listen(this.#listeners, listener),
      stopServer: did('stop'),
      startServer: async (serverName) => did('start')(serverName),
      restartServer: async (serverName) => did('restart')(serverName),
      clock: this.clock,
      usage: async () => ({ usages: new Map(), calls: new Map() }),
      settings: () => this.settings,
      added: () => this.added,
      templates: () => readTemplates([{ path: SHIPPED, origin: 'shipped' }], processFiles),
      check: async (what, schema, value) => (await compileCheck(what, schema))(value),
      keepDockerfile(title) {
        return `/state/recipes/${title}-1/Dockerfile`;
      },
      dropDockerfiles: (kept) => void this.kept.push(...kept),
      paths: {
        real: (path) => (path.includes('missing') ? undefined : path.replace('/link', '/etc')),
        rules: () => ({ allowed: this.settings.hostPaths, hidden: ['/state'], guarded: ['/work/hive.yaml'] }),
      },
    };
  }

  get followers(): number {
    return this.#logListeners.size;
  }

  show(serverName: string, more: Partial<ServerStatus>): void {
    this.servers = this.servers.map((it) => (it.serverName === serverName ? { ...it, ...more } : it));
    for (const listener of this.#listeners) listener();
  }

  write(entry: LogEntry): void {
    this.log.push(entry);
    for (const listener of this.#logListeners) listener(entry);
  }

  /** Runs an operation with checked input; its output is plain JSON. */
  async run(name: string, input: object = {}, context: Partial<Parameters<Operation['run']>[1]> = {}) {
    const runner = createRunner(managerOperations(this.source));
    const { output, text } = await runner.run(name, input, { ...CONTEXT, ...context });
    return { output: JSON.parse(JSON.stringify(output)), text };
  }

  #listen<T>(listeners: Set<T>, listener: T): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }
}
