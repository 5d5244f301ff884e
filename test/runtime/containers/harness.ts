/** A fake engine and what containers are made with, in a folder of the test's own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ComposeProject } from '../../../src/model/composer.ts';
import type { ContainerServer } from '../../../src/model/desired.ts';
import type { EngineLocality } from '../../../src/model/engine.ts';
import { encodeLabels, type ServerLabels } from '../../../src/model/labels.ts';
import { createContainerMaker } from '../../../src/runtime/containers/make-container.ts';
import { createOverride } from '../../../src/runtime/containers/override.ts';
import { createPipes } from '../../../src/runtime/containers/pipes.ts';
import { createLogs } from '../../../src/runtime/memory/logs.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeEngine } from '../../helpers/fake-engine.ts';

export const STACK = 'test';

/** A container server over stdio without options. */
export function containerServer(serverName: string, changes: Partial<ContainerServer> = {}): ContainerServer {
  const server = {
    type: 'container',
    serverName,
    transport: 'stdio',
    link: 'auto',
    compose: {},
    volumes: [],
  };
  return { ...server, ...changes } as unknown as ContainerServer;
}

export const labelsOf = (serverName: string, changes: Partial<ServerLabels> = {}): Record<string, string> =>
  encodeLabels({ serverName, type: 'stdio', hash: 'h', stack: STACK, ...changes });

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-containers-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface BenchOptions {
  readonly locality?: EngineLocality;
  /** True while a server is linked by pipe. */
  readonly hasPipe?: boolean;
}

export function createBench(
  t: TestContext,
  { locality = 'same-machine', hasPipe = false }: BenchOptions = {},
) {
  const folder = temporaryFolder(t);
  const clock = fakeClock(0);
  const engine = new FakeEngine({ clock, locality });
  const state = { pipes: join(folder, 'pipes'), pipeRecord: join(folder, 'pipes.json') };
  const openPipes = () => createPipes(state, engine, clock, () => hasPipe);
  const pipes = openPipes();
  const override = createOverride({ labels: () => ({}) });
  const logs = createLogs(clock);
  const compose = (): ComposeProject => ({
    name: STACK,
    compiled: join(folder, 'compose.yml'),
    directory: '/',
    environmentFile: '/none',
    volumes: [],
    files: [join(folder, 'compose.yml')],
    values: {},
  });
  const owner = { file: '/hive.yaml', made: () => {} };
  const made = { note: () => {} };
  const deps = { engine, stackName: STACK, compose, override, owner, pipes, logs, made };
  const maker = createContainerMaker(deps);
  const declare = (serverName: string, changes: Partial<ContainerServer> = {}): ContainerServer => {
    const server = containerServer(serverName, changes);
    engine.composer.services.set(serverName, { labels: labelsOf(serverName) });
    override.declare([{ server, hash: 'h', values: undefined }]);
    return server;
  };
  return {
    ...{ folder, clock, engine, state, pipes, openPipes, compose, maker, logs, declare, override },
    /** What the override says of the service now. */
    service: (serverName: string): Record<string, unknown> | undefined =>
      JSON.parse(override.render(new Set([serverName]))).services[serverName],
    logged: (): string[] => logs.read().map(({ text }) => text),
  };
}
