/** Messages of servers other than answers must reach only the clients concerned, in every pairing of eras. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createStack, type Running } from '../helpers/hive.ts';
import { ERAS, type Era, pairing } from '../helpers/raw-client.ts';

const REFERENCE = join(import.meta.dirname, '../reference');
const WATCHED = 'test://watched-resource';
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

/** The SDK's reference server of one era alone, over HTTP, shared by all clients. */
async function serve(t: TestContext, era: Era): Promise<Running> {
  const words = era === 'modern' ? ['modern.mjs', '--only', '--http'] : ['legacy.mjs', '--http'];
  const [file = '', ...args] = words;
  const child = spawn(process.execPath, [join(REFERENCE, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const server = { type: 'remote', url: line.toString().trim(), prefix: '' };
  const hive = await createStack(t, { servers: { s: server } }).up();
  const { protocolVersion } = await hive.untilServer('s', 'ready');
  assert.equal(protocolVersion === '2026-07-28', era === 'modern');
  return hive;
}

interface Party {
  readonly name: string;
  readonly era: Era;
  readonly client: Client;
  /** Log messages, updated URIs and changed lists, in order of arrival. */
  readonly heard: string[];
  /** Resolves when `heard` contains it. */
  hears(what: string): Promise<void>;
  say(tool: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<string>;
}

/** A client that puts its own name into every answer to a server. */
async function party(t: TestContext, { url }: Running, era: Era, name: string): Promise<Party> {
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: {} };
  const mode = era === 'modern' ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {};
  const client = new Client({ name, version: '1' }, { capabilities, ...mode });
  client.setRequestHandler('sampling/createMessage', () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: `${name} sampled` },
  }));
  client.setRequestHandler('elicitation/create', () => ({
    action: 'accept',
    content: { username: name, email: name },
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: `file:///${name}` }] }));
  const heard: string[] = [];
  const waiting = new Map<string, () => void>();
  const hear = (what: string): void => {
    heard.push(what);
    waiting.get(what)?.();
  };
  client.setNotificationHandler('notifications/message', ({ params }) => hear(`log ${params.level}`));
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => hear(params.uri));
  client.setNotificationHandler('notifications/tools/list_changed', () => hear('tools'));
  client.setNotificationHandler('notifications/prompts/list_changed', () => hear('prompts'));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  assert.equal(client.getProtocolEra(), era);
  return {
    name,
    era,
    client,
    heard,
    hears: (what) =>
      new Promise((resolve) => (heard.includes(what) ? resolve() : waiting.set(what, resolve))),
    async say(tool, args = {}, meta) {
      const params = { name: tool, arguments: args, ...(meta ? { _meta: meta as never } : {}) };
      const { content } = await client.callTool(params);
      return (content as { text: string }[])[0]?.text ?? '';
    },
  };
}

type Obligation = (ada: Party, bob: Party) => Promise<void>;

const asks: Obligation = async (...parties) => {
  const asked = parties.flatMap(({ say }) => [
    say('test_sampling', { prompt: 'who?' }),
    say('test_elicitation', { message: 'who?' }),
    say('test_roots'),
  ]);
  const expected = parties.flatMap(({ name }) => [
    `LLM response: ${name} sampled`,
    `User response: action=accept, content={"username":"${name}","email":"${name}"}`,
    `{"roots":[{"uri":"file:///${name}"}]}`,
  ]);
  assert.deepEqual(await Promise.all(asked), expected);
};

/** Log messages of a call at this level: a legacy client sets it for all calls, a modern client states it in each. */
async function logs(
  { era, client, say, heard }: Party,
  level: 'info' | 'error' | undefined,
): Promise<string[]> {
  heard.length = 0;
  if (era === 'legacy' && level) await client.setLoggingLevel(level);
  await say('test_tool_with_logging', {}, era === 'modern' && level ? { [LOG_LEVEL]: level } : undefined);
  return heard.filter((it) => it.startsWith('log'));
}

const logsToItsOwn: Obligation = async (ada, bob) => {
  const [loud, quiet] = await Promise.all([logs(ada, 'info'), logs(bob, 'error')]);
  assert.deepEqual([loud, quiet], [Array(3).fill('log info'), []]);
  // Without a level a modern client gets none; a legacy client has set its level before.
  assert.equal((await logs(ada, undefined)).length, ada.era === 'modern' ? 0 : 3);
};

/** Subscribes to these; the returned function unsubscribes. */
async function follow({ era, client }: Party, uris: string[]): Promise<() => Promise<unknown>> {
  if (era === 'modern') {
    const subscription = await client.listen({ resourceSubscriptions: uris });
    return () => subscription.close();
  }
  for (const uri of uris) await client.subscribeResource({ uri });
  return () => Promise.all(uris.map((uri) => client.unsubscribeResource({ uri })));
}

const updates: Obligation = async (ada, bob) => {
  const last = 'test://static-text';
  const leaves = await follow(ada, [WATCHED, last]);
  const stops = await follow(bob, [WATCHED]);
  await ada.say('test_update_resource', { uri: WATCHED });
  await Promise.all([ada.hears(WATCHED), bob.hears(WATCHED)]);
  await stops();
  for (const uri of [WATCHED, 'test://static-binary', last]) await ada.say('test_update_resource', { uri });
  await ada.hears(last);
  const uris = ({ heard }: Party) => heard.filter((it) => it.startsWith('test:'));
  assert.deepEqual([uris(ada), uris(bob)], [[WATCHED, WATCHED, last], [WATCHED]]);
  await leaves();
};

const announces: Obligation = async (ada, bob) => {
  const before = (await ada.client.listTools()).tools.length;
  const streams =
    ada.era === 'modern'
      ? [
          await ada.client.listen({ toolsListChanged: true, promptsListChanged: true }),
          await bob.client.listen({ promptsListChanged: true }),
        ]
      : [];
  await bob.say('test_trigger_tool_change');
  await ada.hears('tools');
  const { tools } = await ada.client.listTools();
  assert.equal(Math.abs(tools.length - before), 1);
  await bob.say('test_trigger_prompt_change');
  await Promise.all([ada.hears('prompts'), bob.hears('prompts')]);
  // A modern client gets only notifications that it subscribed to.
  assert.equal(bob.heard.includes('tools'), bob.era === 'legacy');
  for (const stream of streams) await stream.close();
};

const carries: Obligation = async ({ client }) => {
  const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' } as const;
  const { completion } = await client.complete({ ref, argument: { name: 'arg1', value: 'par' } });
  assert.deepEqual(completion.values, ['paris', 'park', 'party']);
  const { messages } = await client.getPrompt({ name: ref.name, arguments: { arg1: 'x', arg2: 'y' } });
  assert.match(JSON.stringify(messages), /arg1='x', arg2='y'/);
  const { contents } = await client.readResource({ uri: 'test://template/7/data' });
  assert.match(JSON.stringify(contents), /Data for ID: 7/);
};

for (const server of ERAS)
  test(`a ${server} reference server behind clients of both eras`, { timeout: 120_000 }, async (t) => {
    const hive = await serve(t, server);
    for (const era of ERAS) {
      const ends = pairing(era, server);
      const holds = (it: Obligation) => async (t: TestContext) =>
        it(await party(t, hive, era, 'ada'), await party(t, hive, era, 'bob'));
      await t.test(
        `a server's request must reach the client whose call caused it, and be answered: ${ends}`,
        holds(asks),
      );
      await t.test(
        `log messages must reach the client of their call, at its level or above: ${ends}`,
        holds(logsToItsOwn),
      );
      await t.test(
        `updates must reach the subscribers of a resource, and stop when they unsubscribe: ${ends}`,
        holds(updates),
      );
      await t.test(
        `changed lists must be announced to clients that see them, and served: ${ends}`,
        holds(announces),
      );
      await t.test(`completions, prompts and resources must be forwarded: ${ends}`, holds(carries));
    }
  });
