/** Tries the forms in which an entry runs, one after the other, until one of them serves. */
import type { Entry } from '../../catalogue/entry/entry.ts';
import { type BuiltServer, serverFor } from '../../catalogue/run/built.ts';
import { describeRun, type Run, runsOf } from '../../catalogue/run/runs.ts';
import { type Code, GatewayError, toGatewayError } from '../../errors.ts';
import type { AddedServer, PutOptions } from '../../model/added/added.ts';
import { requireHostPaths } from './facts/policy.ts';
import { isWithheld, WITHHELD } from './facts/rows.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';
import { type Asked, literal } from './facts/values.ts';

/** Failures of getting a server here, after which another form may work. Others are the server's own. */
const OF_THE_WAY: ReadonlySet<Code> = new Set<Code>([
  'IMAGE_NOT_FOUND',
  'BASE_IMAGE_MISSING',
  'BUILD_FAILED',
  'CREATE_FAILED',
  'ENGINE_MISSING',
  'ENGINE_UNREACHABLE',
  'ENGINE_REFUSED',
  'COMPOSE_MISSING',
  'BUILDX_MISSING',
]);

export interface Attempt {
  readonly run: Run;
  readonly server: AddedServer;
}

export interface Attempted extends Attempt {
  readonly state: 'ready' | 'starting';
  /** Forms that were preferred, and why each does not run, as sentences. */
  readonly passedOver: readonly string[];
}

export interface Wish {
  readonly entry: Entry;
  readonly asked: Asked;
  readonly by: string;
  /** Withhold its tools until the owner approves them. */
  readonly isHeld: boolean;
}

/**
 * @throws GatewayError ENTRY_UNSUPPORTED if no form can be tried, USAGE for wrong parameters, NOT_ALLOWED for
 * host paths, or why the last form that was tried does not serve
 */
export async function attempt(
  source: RegistrySource,
  own: OwnEntry,
  wish: Wish,
  options: PutOptions,
): Promise<Attempted> {
  const passedOver: string[] = [];
  let failed: GatewayError | undefined;
  let step = 0;
  for (const run of runsFor(source, own, wish.entry)) {
    const made = run.lacks === undefined ? madeFor(source, own, wish, run) : run.lacks;
    if (typeof made === 'string') {
      passedOver.push(`${describeRun(run)}: ${made}`);
      continue;
    }
    try {
      options.progress({ progress: ++step, message: `trying ${describeRun(run)}` });
      const report = stepsAfter(step, options);
      const state = await source.added.put(made, { ...options, progress: report });
      return { run, server: made, state, passedOver };
    } catch (thrown) {
      failed = toGatewayError(thrown);
      if (!OF_THE_WAY.has(failed.code) || options.signal.aborted) throw withReasons(failed, passedOver);
      passedOver.push(`${describeRun(run)}: ${failed.message}`);
    }
  }
  throw failed ? withReasons(failed, passedOver.slice(0, -1)) : unsupported(wish.entry, passedOver);
}

export function runsFor(source: RegistrySource, own: OwnEntry, entry: Entry): Run[] {
  const { engine } = source.status();
  const noEngine = engine === 'ready' ? undefined : engine;
  return runsOf(entry, { noEngine, isNativeAllowed: own.native });
}

/** Progress of the server continues behind that of the attempts. */
function stepsAfter(step: number, { progress }: PutOptions): PutOptions['progress'] {
  let last = 0;
  return ({ message }) => {
    last = Math.min(last + 0.001, 0.999);
    progress({ progress: step + last, ...(message !== undefined && { message }) });
  };
}

/** A sentence for a form whose templates cannot be filled in. */
function madeFor(source: RegistrySource, own: OwnEntry, wish: Wish, run: Run): AddedServer | string {
  const { entry, asked, by } = wish;
  const made = buildFor(entry, asked, run);
  if (made.kind === 'refused') return made.problems.join('; ');
  requireHostPaths(made.server, own, source.hostPathProblem);
  const serverName = asked.prefix;
  const dockerfile = made.dockerfile && source.keepDockerfile(serverName, made.dockerfile);
  const withFile = { ...made.server, ...(dockerfile && { dockerfile }) };
  return {
    serverName,
    entry: { ...withEnvironment(withFile, asked), ...(wish.isHeld && { tools: WITHHELD }) },
    facts: {
      source: entry.id,
      parameters: { ...asked },
      by,
      since: new Date(source.clock.now()).toISOString(),
    },
  };
}

export function buildFor(entry: Entry, { config, version, prefix }: Asked, run: Run): BuiltServer {
  const secret = ({ name, optional }: { name: string; optional?: true }) =>
    optional ? `\${secret:${name}:-}` : `\${secret:${name}}`;
  return serverFor(entry, run, { parameters: config, name: prefix, secret }, version);
}

function withEnvironment(server: Readonly<Record<string, unknown>>, { environment }: Asked) {
  const set = Object.entries(environment).map(([name, value]) => [name, literal(value)] as const);
  if (set.length === 0 || 'url' in server) return server;
  return { ...server, env: { ...(server.env as object | undefined), ...Object.fromEntries(set) } };
}

/** True for a server that was added before its owner has approved it. */
export const isHeld = ({ entry }: AddedServer): boolean => isWithheld(entry);

function withReasons(error: GatewayError, passedOver: readonly string[]): GatewayError {
  if (passedOver.length === 0) return error;
  const { code, message, hint, place } = error;
  return new GatewayError(code, `${message} (before that: ${passedOver.join('; ')})`, { hint, place });
}

function unsupported(entry: Entry, passedOver: readonly string[]): GatewayError {
  const why = entry.unsupported ?? passedOver.join('; ');
  return new GatewayError('ENTRY_UNSUPPORTED', `${entry.id} cannot run here: ${why || 'it has no way'}`, {
    hint: `registry_info shows what it needs: {"entry_id":${JSON.stringify(entry.id)}}`,
  });
}
