import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { exitFacts } from './attach.ts';
import { openHttp } from './http.ts';
import { type ExitFacts, type Link, type LinkEvents, textReader } from './link.ts';
import { demultiplexer } from './multiplex.ts';

export interface ServedTarget {
  readonly docker: Docker;
  readonly containerId: string;
  readonly start: () => Promise<void>;
  /** Where it listens, once it has been started. */
  readonly url: () => Promise<string>;
}

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
  try {
    await target.start();
    const link = await openHttp({ url: await target.url(), headers: {} }, { ...events, closed });
    void output.ended.then(async () => {
      const facts = await exitFacts(container, undefined);
      // The engine may also have been restarted under a container that goes on: then only its output is lost.
      if (told || (await isRunning(container))) return;
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

function isRunning(container: Docker.Container): Promise<boolean> {
  return container.inspect().then(
    ({ State }) => State.Running,
    (error: { statusCode?: number }) => error.statusCode !== 404,
  );
}
