/** A whole runtime over the fake engine: real plans, servers in memory, and a clock set by hand. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Unit } from '../../src/model/compiled.ts';
import type { ContainerServer, Server } from '../../src/model/desired.ts';
import { encodeLabels } from '../../src/model/labels.ts';
import type { Observed } from '../../src/model/observed.ts';
import { renderPlan } from '../../src/model/plan.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import type { Wanted } from '../../src/reconcile/want.ts';
import { createOverride } from '../../src/runtime/containers/override.ts';
import { createLogs } from '../../src/runtime/memory/logs.ts';
import { createOwner } from '../../src/runtime/memory/owner.ts';
import { createRuntime } from '../../src/runtime/runtime.ts';
import { callerOf } from '../helpers/caller.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import type { FakeProcess, FakeProgram } from '../helpers/fake-container.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';
import { unit } from './instances/harness.ts';

const STACK = 'test';

interface Message {
  readonly id?: number;
  readonly method?: string;
}

/** What a server does with one message; undefined for the answer that any legacy server gives. */
export type Answer = (message: Message, process: FakeProcess) => object | 'silence' | undefined;

/** A legacy MCP server over stdio with one tool of this name. */
export function mcpServer(tool: string, answer: Answer = () => undefined): FakeProgram {
  return (process) => {
    let text = '';
    process.onInput((chunk) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as Message;
        const reply = answer(message, process) ?? usualReply(message, tool);
        if (message.id !== undefined && reply !== 'silence')
          process.stdout(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...reply })}\n`);
      }
    });
  };
}

function usualReply({ method }: Message, tool: string): object {
  const result = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: tool } },
    'tools/list': { tools: [{ name: tool, inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: tool }] },
    ping: {},
  }[method ?? ''];
  return result ? { result } : { error: { code: -32601, message: 'no such method' } };
}

/** A container server without options. */
export function containerUnit(serverName: string, hash = 'h1', changes: Partial<ContainerServer> = {}): Unit {
  const server = {
    ...unit(serverName).server,
    type: 'container',
    transport: 'stdio',
    link: 'attach',
    env: {},
    envFile: [],
    secrets: {},
    volumes: [],
    ports: [],
    network: 'isolated',
    compose: {},
    ...changes,
  };
  return unit(serverName, { server: server as unknown as Server, hash, image: `${serverName}:${hash}` });
}

const wantedOf = (units: readonly Unit[], stopped: ReadonlySet<string>): Wanted => ({
  stopped,
  stackName: STACK,
  file: 'stack.yaml',
  compiled: { yaml: '', units },
  discover: 'off',
});

export function createWorld(t: TestContext, { withEngine = true } = {}) {
  const clock = fakeClock(0);
  const engine = new FakeEngine({ clock });
  const folder = mkdtempSync(join(tmpdir(), 'hive-runtime-'));
  const path = (name: string): string => join(folder, name);
  const owner = createOwner({
    stackName: STACK,
    file: 'stack.yaml',
    composeFile: () => path('compose.yml'),
    state: { compose: path('compose'), containers: path('containers.json'), valuesKey: Buffer.from('key') },
  });
  const logs = createLogs(clock);
  let units: readonly Unit[] = [];
  const stopped = new Set<string>();
  const requests: string[] = [];
  const runtime = createRuntime({
    stackName: STACK,
    engine: withEngine ? engine : undefined,
    engineMissing: { code: 'ENGINE_MISSING', reason: 'no engine', hint: 'install one' },
    compose: () => ({
      name: STACK,
      compiled: path('compose.yml'),
      directory: path('.'),
      environmentFile: path('none.env'),
      volumes: [],
      files: [path('compose.yml')],
      values: {},
    }),
    override: createOverride(owner),
    owner,
    holder: async () => undefined,
    state: {
      pipes: path('pipes'),
      pipeRecord: path('pipes.json'),
      lists: path('lists'),
      eras: path('eras.json'),
      made: path('made.json'),
      valuesKey: Buffer.from('key'),
      runs: path('runs.json'),
    },
    ensureBases: async () => {},
    values: () => ({}),
    clock,
    random: () => 0.5,
    logs,
    onListings: () => {},
    countOf: ({ inventory }) => ({ tools: inventory.tools.length, resources: 0, templates: 0, prompts: 0 }),
    onNotification: () => {},
    askClient: () => Promise.reject(new Error('no client')),
    shownError: (error) => error,
    authorizers: () => {
      throw new Error('no remote server');
    },
    serveBuiltin: () => Promise.reject(new Error('no built-in server')),
    isStopped: (serverName) => stopped.has(serverName),
    requestReload: (cause) => requests.push(cause),
    requestReloadSoon: (cause) => requests.push(cause),
  });
  t.after(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  /** Declares a server, and the program that its next container runs. */
  const declare = (next: Unit, program: FakeProgram): void => {
    const { serverName } = next.server;
    units = [...units.filter(({ server }) => server.serverName !== serverName), next];
    const described = { serverName, type: 'stdio', hash: next.hash, stack: STACK, link: 'attach' } as const;
    const labels = { ...encodeLabels(described), ...owner.labels(serverName, next.hash) };
    const image = next.image ?? '';
    engine.images.set(image, { imageId: image, labels: {}, entrypoint: [], command: ['serve'] });
    engine.composer.services.set(serverName, { labels, image, program });
  };
  /** What a reload would do, with the images as they are now. */
  const plan = async (): Promise<string> => planOf(await runtime.observe(units, 'now'));
  const planOf = (observed: Observed): string =>
    renderPlan(reconcile(wantedOf(units, stopped), observed).plan).replace(/ +/g, ' ');
  /** One reload. Resolves with the plan once it has been executed. */
  const reload = async (): Promise<string> => {
    requests.splice(0);
    const observed = await runtime.observe(units);
    const { plan, units: all } = reconcile(wantedOf(units, stopped), observed);
    runtime.declare(all);
    await runtime.execute(plan);
    return renderPlan(plan).replace(/ +/g, ' ');
  };
  const call = async (serverName: string): Promise<string> => {
    const request = { method: 'tools/call', params: jsonText('{"name":"x"}') };
    const { kind, json } = await runtime.calls.call(serverName, request, callerOf()).reply;
    const read = JSON.parse(String(json)) as { content?: { text: string }[]; message?: string };
    return kind === 'result' ? `${read.content?.[0]?.text}` : `error: ${read.message}`;
  };
  return {
    ...{ clock, engine, runtime, logs, requests, stopped, declare, plan, reload, call },
    remove(serverName: string) {
      units = units.filter(({ server }) => server.serverName !== serverName);
    },
    status(serverName: string) {
      const { state, detail, reason } = runtime.board.get(serverName) ?? {};
      return [state, detail, reason].filter((part) => part !== undefined).join(' | ');
    },
    listed: () => runtime.listings().flatMap(({ inventory }) => inventory.tools.map(({ key }) => key)),
    containers: () => engine.all().map(({ spec, state }) => `${spec.image} ${state}`),
    /** Lets everything happen that needs no time. */
    async settle(turns = 20) {
      for (let n = 0; n < turns; n += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
