/** `registry_add`: adds a server of the catalogue to the running gateway. */
import { z } from 'zod';
import type { Entry } from '../../catalogue/entry/entry.ts';
import { describeRun } from '../../catalogue/run/runs.ts';
import { defaultName } from '../../catalogue/server/to-server.ts';
import { GatewayError } from '../../errors.ts';
import type { AddedServer } from '../../model/added/added.ts';
import { type Caller, principalName } from '../../model/caller.ts';
import { type Operation, type OperationContext, PassedOn } from '../../model/operation.ts';
import { waitFor } from '../../model/time/wait.ts';
import { operation } from '../operation.ts';
import { addedOutput, addedText, answerFor } from './answer.ts';
import { type Attempted, attempt } from './attempt.ts';
import { notesOn } from './editor.ts';
import { findEntry } from './facts/find.ts';
import { requireAllowed, requireRoom } from './facts/policy.ts';
import { requireFreePrefix } from './facts/prefix.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';
import { type Asked, askedOf, isSameWish, sorted } from './facts/values.ts';
import type { Flight, Flights } from './flights.ts';
import { consentFor } from './review.ts';

/** Most clients give a call a minute. */
const WAIT_MS = 50_000;
/** For the rest of the way, with nobody waiting: pulls and builds take minutes. */
const MOST_MS = 15 * 60_000;

const input = z.strictObject({
  entry_id: z.string().describe('id of an entry, as registry_search shows it: docker/sqlite'),
  prefix: z.string().optional().describe('before the names of its tools; by default the last part of the id'),
  config: z.record(z.string(), z.unknown()).default({}).describe('parameters; registry_info lists them'),
  environment: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('further variables; never secrets'),
  version: z
    .string()
    .regex(/^[A-Za-z0-9][\w.+-]{0,63}$/)
    .optional()
    .describe('of the package or image'),
  editor: z.string().optional().describe('client of the user, such as zed: says how that one sees new tools'),
  wait: z.boolean().default(true).describe('wait until it is ready, up to 50 seconds'),
});

type Input = z.output<typeof input>;

export const registryAdd = (source: RegistrySource, own: OwnEntry, flights: Flights): Operation =>
  operation({
    name: 'registry_add',
    title: 'Add a server',
    summary:
      'Adds an MCP server of the catalogue and starts it. Its tools, which the answer lists, work at once.',
    effect: 'change',
    isOpenWorld: true,
    input,
    output: addedOutput,
    async run(given, context) {
      const notes = notesOn(given.editor);
      const entry = await findEntry(source, given.entry_id);
      requireAllowed(entry.id, own);
      const asked = askedFor(entry, given);
      // From here to the start nothing is awaited, so that no two requests both find nothing.
      const same = findSame(source, flights, entry, asked, given.prefix === undefined);
      if (same && 'facts' in same)
        return answerFor(source, context.caller, known(source, entry, same, notes));
      const consent = same ? undefined : consented(source, own, flights, entry, asked, context);
      if (consent instanceof PassedOn) return consent;
      const started = source.clock.now();
      const flight = same ?? start(source, own, flights, { entry, asked, context });
      const attempted = await landed(source, flight, given.wait);
      if (attempted === undefined)
        return answerFor(source, context.caller, underWay(source, entry, asked, notes));
      return answerFor(source, context.caller, {
        entry,
        server: attempted.server,
        runs: describeRun(attempted.run),
        isReady: attempted.state === 'ready',
        startMs: source.clock.now() - started,
        passedOver: attempted.passedOver,
        notes,
      });
    },
    text: (it) => addedText(`Successfully activated: ${it.title}`, it),
  });

function askedFor(entry: Entry, { prefix, config, environment, version }: Input): Asked {
  return {
    prefix: prefix ?? defaultName(entry.id),
    ...sorted(entry, config, environment),
    ...(version !== undefined && { version }),
  };
}

/**
 * The server, or its addition under way, if the entry is active with the same parameters.
 * @throws GatewayError ALREADY_ACTIVE for other parameters
 */
function findSame(
  { added }: RegistrySource,
  flights: Flights,
  { id }: Entry,
  asked: Asked,
  isAnyPrefix: boolean,
): AddedServer | Flight | undefined {
  const flight = flights.of(id);
  const server = added.all().find(({ facts }) => facts.source === id);
  const before = flight?.asked ?? (server && askedOf(server.facts.parameters, server.serverName));
  if (before === undefined) return undefined;
  const wanted = isAnyPrefix ? { ...asked, prefix: before.prefix } : asked;
  if (isSameWish(before, wanted)) return flight ?? server;
  throw new GatewayError('ALREADY_ACTIVE', `${id} is active as ${before.prefix}, with other parameters`, {
    hint: `change them with registry_config_set: {"entry_id":"${id}"}, or first registry_remove it`,
  });
}

/** Checks that need no server, then the user's consent. @throws GatewayError NOT_ALLOWED, PREFIX_TAKEN */
function consented(
  source: RegistrySource,
  own: OwnEntry,
  flights: Flights,
  entry: Entry,
  { prefix }: Asked,
  context: OperationContext,
): PassedOn | undefined {
  requireRoom(source.added, flights.ids(), own);
  requireFreePrefix(prefix, source.status().servers);
  return own.review === 'ask' ? consentFor(entry, context) : undefined;
}

interface Start {
  readonly entry: Entry;
  readonly asked: Asked;
  readonly context: Pick<OperationContext, 'caller' | 'signal' | 'progress'>;
}

function start(
  source: RegistrySource,
  own: OwnEntry,
  flights: Flights,
  { entry, asked, context }: Start,
): Flight {
  const { caller, signal, progress } = context;
  const wish = { entry, asked, by: nameOf(caller), isHeld: own.review === 'hold' };
  return flights.start(entry.id, asked, async () => {
    try {
      return await attempt(source, own, wish, { signal, progress, waitMs: MOST_MS });
    } finally {
      dropUnused(source);
    }
  });
}

const nameOf = ({ principal }: Caller): string => principalName(principal) || 'a client';

/** Dockerfiles of servers that are no longer there. */
export function dropUnused({ added, dropDockerfiles }: RegistrySource): void {
  const kept = added
    .all()
    .flatMap(({ entry }) => (typeof entry.dockerfile === 'string' ? [entry.dockerfile] : []));
  dropDockerfiles(new Set(kept));
}

/** Undefined if it takes longer; the addition then goes on. @throws what the addition throws */
function landed({ clock }: RegistrySource, { done }: Flight, waits: boolean): Promise<Attempted | undefined> {
  // Nobody may be there to hear of a late failure.
  done.catch(() => {});
  return waitFor(done, { clock, ms: waits ? WAIT_MS : 0 }, () => undefined);
}

function known({ status }: RegistrySource, entry: Entry, server: AddedServer, notes: readonly string[]) {
  const state = status().servers.find(({ serverName }) => serverName === server.serverName)?.state;
  const isReady = state === 'ready' || state === 'idle';
  return { entry, server, runs: runsAs(server), isReady, notes };
}

/** `image mcp/sqlite`, for a server that runs already. */
export function runsAs({ entry }: AddedServer): string {
  if (typeof entry.image === 'string') return `image ${entry.image}`;
  if (typeof entry.url === 'string') return `remote ${entry.url}`;
  return entry.dockerfile === undefined ? 'a process' : 'a package, in a container that Hive builds';
}

function underWay({ clock }: RegistrySource, entry: Entry, asked: Asked, notes: readonly string[]) {
  const since = new Date(clock.now()).toISOString();
  const facts = { source: entry.id, parameters: {}, by: '', since };
  const server = { serverName: asked.prefix, entry: { type: 'container' }, facts };
  return { entry, server, runs: 'being started', isReady: false, notes };
}
