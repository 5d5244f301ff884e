/**
 * The `http` link to a server in a container: messages go over HTTP, output and end are the engine's to
 * report.
 */
import type { ContainerStreams, Engine } from '../../../model/engine.ts';
import { Allowance } from '../allowance.ts';
import { openHttpOrSse } from '../http/http-or-sse.ts';
import { Intake, SharedSource } from '../intake.ts';
import type { ExitFacts, Link, LinkEvents } from '../link.ts';
import { textReader } from '../output.ts';
import { within } from '../within.ts';
import { exitFactsOf, isStillRunning } from './container-exit.ts';

export interface HttpContainerTarget {
  readonly engine: Pick<Engine, 'inspect' | 'attach' | 'untilStopped'>;
  readonly containerId: string;
  readonly start: () => Promise<void>;
  /** Where the server is; known once the container has been started. */
  readonly place: () => Promise<ServerPlace>;
}

export interface ServerPlace {
  readonly url: string;
  /**
   * The name and port that the server itself knows. Many servers answer to no other, as a protection against
   * DNS rebinding.
   */
  readonly host: string;
}

/** How long the engine may take to report an end that the connection has shown already. */
const VERDICT_MS = 2_000;

/**
 * Starts the container and connects to its server. Everything the server prints is log, on both streams.
 * Closing the link leaves the container to its owner.
 */
export async function openHttpContainer(target: HttpContainerTarget, events: LinkEvents): Promise<Link> {
  const { engine, containerId } = target;
  const output = await readOutput(engine, containerId, events);
  let isReported = false;
  const closed = (facts: ExitFacts): void => {
    if (!isReported) events.closed(facts);
    isReported = true;
  };
  // The output also ends when the engine restarts under a container that keeps running.
  const verdict = output.ended.then(async () => {
    const facts = await exitFactsOf(engine, containerId);
    return (await isStillRunning(engine, containerId)) ? undefined : facts;
  });
  const ending = async (): Promise<ExitFacts | undefined> =>
    (await within(
      output.ended.then(() => {}),
      VERDICT_MS,
    ))
      ? verdict
      : undefined;
  try {
    await target.start();
    const { url, host } = await target.place();
    const link = openHttpOrSse({ url, headers: { host }, ending }, { ...events, closed });
    void verdict.then(async (facts) => {
      if (!facts || isReported) return;
      closed(facts);
      await link.close(0);
    });
    return withOutput(link, output);
  } catch (error) {
    isReported = true;
    output.close();
    throw error;
  }
}

/** The link, which lets go of the container's output when it closes. */
function withOutput(link: Link, output: ContainerStreams): Link {
  return {
    kind: link.kind,
    get hasSession() {
      return link.hasSession === true;
    },
    send: (...message) => link.send(...message),
    ...(link.abort ? { abort: (id: number) => link.abort?.(id) } : {}),
    async close(graceMs) {
      await link.close(graceMs);
      output.close();
    },
  };
}

async function readOutput(
  engine: HttpContainerTarget['engine'],
  containerId: string,
  events: LinkEvents,
): Promise<ContainerStreams> {
  const hasTerminal = (await engine.inspect(containerId))?.hasTerminal ?? false;
  let streams: ContainerStreams | undefined;
  const source = new SharedSource(() => streams);
  const allowance = new Allowance();
  const intake = (): Intake =>
    new Intake(
      allowance,
      textReader((text) => events.stderr(text)),
      source,
    );
  const [stdout, stderr] = [intake(), intake()];
  streams = await engine.attach(
    containerId,
    { hasInput: false, hasTerminal },
    { stdout: (chunk) => stdout.push(chunk), stderr: (chunk) => stderr.push(chunk) },
  );
  return streams;
}
