/** What clients do: each act is one use of one server, checked to the last detail. */
import { setTimeout as delay } from 'node:timers/promises';
import { causeOf } from '../causes.ts';
import { type Ledger, UPDATES } from '../ledger.ts';
import type { Random } from '../random.ts';
import { type Asked, type Connection, watchedUri } from './connection.ts';
import { type Json, type Message, Refusal, type SendOptions } from './message.ts';

/** One act: with whom, to which server. */
export interface Scene {
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly serverName: string;
  /** The act takes no longer. */
  readonly signal: AbortSignal;
}

/** Resolves with why it failed, if it did; rejects if the connection broke. */
export type Act = (scene: Scene) => Promise<Error | undefined>;

/** How long an update, or the arrival of a cancellation, may take. */
const NEWS_MS = 10_000;

interface Told extends Json {
  readonly who: string;
  readonly id: string;
  readonly pad: string;
}

type Called = Asked & { readonly told: Told };

function call(
  { connection, serverName, signal }: Scene,
  extra: Json = {},
  options: SendOptions = {},
): Called {
  const id = connection.newId();
  const { task, ...rest } = extra;
  const told = {
    who: connection.who,
    id,
    pad: '',
    ...rest,
    ...(connection.isModern && task ? { task } : {}),
  };
  const params = {
    name: `${serverName}_echo`,
    arguments: told,
    ...(task && !connection.isModern ? { task: {} } : {}),
  };
  return { told, ...connection.ask('tools/call', params, { signal, ...options }, id) };
}

/** Checks that the result is that of this call, which has reached its server once. */
function judge(
  { connection, ledger, serverName }: Scene,
  told: Told,
  { result, error }: Message,
): Error | undefined {
  const got = result?.structuredContent as Json | undefined;
  if (error) return new Refusal(error);
  if (!got) return new Error(`no result: ${JSON.stringify(result).slice(0, 200)}`);
  const call = `${told.id} to ${serverName}`;
  if (got.who !== connection.who) ledger.violate('foreign', `${call} got that of ${String(got.who)}`);
  else if (got.id !== told.id || got.pad !== told.pad) ledger.violate('wrong', call);
  else if (got.arrivals !== 1 && !isSecondHalf(got))
    ledger.violate('repeated', `${call}: ${String(got.arrivals)} times`);
  else if (serverName.startsWith('own') && got.first !== connection.who)
    ledger.violate('foreign', `${call}: its process has served ${String(got.first)}`);
  return undefined;
}

/** A modern client's answers may reach another process than the call whose questions they answer. */
const isSecondHalf = ({ ask, arrivals }: Json): boolean => ask !== undefined && arrivals === 0;

export const echo: Act = async (scene) => {
  const { random } = scene;
  const size = random.next() < 0.05 ? random.between(100_000, 1_000_000) : random.between(0, 200);
  const ms = random.next() < 0.15 ? random.between(1, 600) : 0;
  const { told, answer } = call(scene, { pad: 'x'.repeat(size), ms });
  return judge(scene, told, await answer);
};

/** A request and an answer of several megabytes. */
export const echoMuch: Act = async (scene) => {
  const { told, answer } = call(scene, { pad: 'x'.repeat(scene.random.between(1_000_000, 6_000_000)) });
  return judge(scene, told, await answer);
};

/** All progress must come, in order; of legacy clients over HTTP also if the stream breaks and is resumed. */
export const count: Act = async (scene) => {
  const { random, connection, ledger } = scene;
  const steps = random.between(3, 30);
  const drops = connection.kind === 'legacy HTTP' && random.next() < 0.7;
  const options = drops ? { dropAfter: random.between(1, steps) } : {};
  const { told, answer, progress } = call(scene, { steps, ms: random.between(0, 600) }, options);
  const failure = judge(scene, told, await answer);
  const inOrder = progress.steps.every((it, index) => it === index + 1);
  if (failure === undefined && !(inOrder && progress.steps.length === steps))
    ledger.violate('lost', `${told.id} got ${progress.steps} of ${steps}${drops ? ', resumed' : ''}`);
  return failure;
};

/** The server's question must reach this client, and its reply this call. */
export const beAsked: Act = async (scene) => {
  const { connection, ledger, random, serverName } = scene;
  const { told, answer } = call(scene, { ask: random.pick(['elicitation', 'sampling']) });
  let message = await answer;
  if (message.result?.resultType === 'input_required') message = await retry(scene, told, message.result);
  const failure = judge(scene, told, message);
  const got = message.result?.structuredContent as Json | undefined;
  if (failure === undefined && got?.reply !== connection.who)
    ledger.violate(
      'foreign',
      `the question of ${told.id} to ${serverName} was answered by ${String(got?.reply)}`,
    );
  return failure;
};

function retry({ connection, serverName, signal }: Scene, told: Told, result: Json): Promise<Message> {
  const requests = Object.entries(result.inputRequests as Record<string, { method: string; params: Json }>);
  const inputResponses = Object.fromEntries(
    requests.map(([key, { method, params }]) => [key, connection.inbox.reply(method, params)]),
  );
  const { requestState } = result;
  const params = { name: `${serverName}_echo`, arguments: told, inputResponses, requestState };
  return connection.ask('tools/call', params, { signal }).answer;
}

/** Begins a task, and asks until it is completed. */
export const runTask: Act = async (scene) => {
  const { connection, random, signal } = scene;
  const { told, answer } = call(scene, { task: true, ms: random.between(0, 1_000) });
  const { result, error } = await answer;
  const { taskId } = (result?.task ?? result ?? {}) as Json;
  if (error) return new Refusal(error);
  if (taskId === undefined) return new Error(`no task: ${JSON.stringify(result)}`);
  for (;;) {
    const state = await connection.ask('tasks/get', { taskId }, { signal }).answer;
    if (state.error) return new Refusal(state.error);
    if (state.result?.status === 'completed' && connection.isModern)
      return judge(scene, told, { result: state.result.result as Json });
    if (state.result?.status === 'completed')
      return judge(scene, told, await connection.ask('tasks/result', { taskId }, { signal }).answer);
    await delay(50);
  }
};

/** An update of the client's own resource must reach it. */
export const watch: Act = async (scene) => {
  const { connection, serverName, ledger } = scene;
  const uri = watchedUri(serverName, connection.who);
  // The server was still starting when this client subscribed.
  if (connection.isModern && !connection.inbox.followed.has(uri)) return echo(scene);
  if (!connection.isModern) {
    const { error } = await connection.ask('resources/subscribe', { uri }, { signal: scene.signal }).answer;
    if (error) return new Refusal(error);
  }
  const updated = connection.inbox.updated(uri);
  const settle = ledger.begin(connection.isModern ? UPDATES.modern : UPDATES.legacy);
  const { told, answer } = call(scene, { touch: uri });
  const failure = judge(scene, told, await answer);
  if (failure !== undefined) return failure;
  const late = new Error(`no update of a followed resource came: ${connection.kind} of ${serverName}`);
  const missed = await Promise.race([updated.then(() => undefined), delay(NEWS_MS, late)]);
  settle(missed && causeOf(missed));
  return missed;
};

/** A cancellation must reach the server, if that is still the one which got the call. */
export const cancel: Act = async (scene) => {
  const { connection, ledger, serverName, signal } = scene;
  const abort = new AbortController();
  const { id, answer, progress } = call(
    scene,
    { steps: 1, hold: true },
    { signal: AbortSignal.any([signal, abort.signal]) },
  );
  const started = Promise.withResolvers<undefined>();
  progress.onStep = () => started.resolve(undefined);
  const early = await Promise.race([started.promise, answer]);
  if (early) return early.error ? new Refusal(early.error) : new Error('a call that waits has ended');
  answer.catch(() => {});
  await connection.cancel(id, abort);
  const instance = progress.text?.split(' ')[2];
  const deadline = Date.now() + NEWS_MS;
  for (;;) {
    const { told, answer: reply } = call(scene, { seen: id });
    const message = await reply;
    const failure = judge(scene, told, message);
    const got = message.result?.structuredContent as Json | undefined;
    if (failure !== undefined || got?.seen || got?.instance !== instance) return failure;
    if (Date.now() > deadline) {
      const said = connection.transport.remarks?.join('; ') ?? '';
      ledger.violate('deaf', `${serverName}, ${id} of a ${connection.kind} client ${said}`.trimEnd());
      return undefined;
    }
    await delay(50);
  }
};

/** A call whose client does not wait for the answer. */
export const walkAway: Act = async (scene) => {
  const patience = AbortSignal.timeout(scene.random.between(1, 300));
  const { answer } = call(scene, { ms: 2_000 }, { signal: AbortSignal.any([scene.signal, patience]) });
  await answer.catch(() => {});
  scene.ledger.abandonedCalls += 1;
  return undefined;
};
