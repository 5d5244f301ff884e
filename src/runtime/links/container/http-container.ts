import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { openHttpOrSse } from '../http/http-or-sse.ts';
import { type ExitFacts, type Link, type LinkEvents, textReader } from '../link.ts';
import { within } from '../within.ts';
import { exitFacts, isRunning } from './attach.ts';
import { demultiplexer } from './multiplex.ts';

export interface ServedTarget {
  readonly docker: Docker;
  readonly containerId: string;
  readonly start: () => Promise<void>;
  /** Where it listens, once it has been started. */
  readonly url: () => Promise<string>;
}

/** How long the engine may take to know of an end that the connection told already. */
const VERDICT_MS = 2_000;

/**
 * An HTTP server in a container: messages go over HTTP, and the engine tells what it prints and when it ends. All output is
 * log, on both streams. Closing it leaves the container to its owner.
 */
export async function openServed(target: ServedTarget, events: LinkEvents): Promise<Link> {
  const container = target.docker.getContainer(target.containerId);
  const output = await readOutput(container, events);
  let told = false;
  const closed = (facts: ExitFacts): void => {
    if (!told) events.closed(facts);
    told = true;
  };
  // The engine may also have been restarted under a container that goes on: then only its output is lost.
  const verdict = output.ended.then(async () => {
    const facts = await exitFacts(container, undefined);
    return (await isRunning(container)) ? undefined : facts;
  });
  const ending = async (): Promise<ExitFacts | undefined> =>
    (await within(output.ended, VERDICT_MS)) ? verdict : undefined;
  try {
    await target.start();
    const link = await openHttpOrSse({ url: await target.url(), headers: {}, ending }, { ...events, closed });
    void verdict.then(async (facts) => {
      if (!facts || told) return;
      closed(facts);
      await link.close(0);
    });
    return {
      ...link,
      close: async (graceMs) => {
        await link.close(graceMs);
        output.stream.destroy();
      },
    };
  } catch (error) {
    told = true;
    output.stream.destroy();
    throw error;
  }
}

async function readOutput(
  container: Docker.Container,
  events: LinkEvents,
): Promise<{ readonly stream: Duplex; readonly ended: Promise<void> }> {
  const { Config } = await container.inspect();
  const stream = (await container.attach({ stream: true, stdout: true, stderr: true })) as Duplex;
  const stdout = textReader((text) => events.stderr(text));
  const stderr = textReader((text) => events.stderr(text));
  stream.on('data', Config.Tty ? stdout : demultiplexer({ stdout, stderr }));
  stream.on('error', () => {});
  stream.once('end', () => stream.destroy());
  return { stream, ended: new Promise((resolve) => stream.once('close', resolve)) };
}
