/** Watches the engine's events, and its coming and going. */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../model/clock.ts';
import type { ContainerEnd, EngineWatch } from '../../model/engine.ts';
import { type EngineEvent, endIn, isPodmanChange, labelsOf } from './container-events.ts';
import { jsonLines } from './json-lines.ts';
import type { EngineFlavour } from './resources.ts';

/** The events after which a listing of containers may differ, and kills for memory. */
const EVENTS = ['start', 'die', 'destroy', 'pause', 'unpause', 'rename', 'oom'];
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 5_000;

/**
 * Reports each event of a labelled container, and each time the engine goes or comes back. Reports carry no
 * state, so a lost or repeated report does no harm.
 */
export function watchEngine(
  docker: Docker,
  flavour: EngineFlavour,
  clock: Clock,
  label: string,
  onChange: (cause: string) => void,
  onEnd: (end: ContainerEnd) => void = () => {},
): EngineWatch {
  const read = (): ((chunk: Buffer) => void) =>
    readEvents(flavour, label, () => onChange('container event'), onEnd);
  let isClosed = false;
  let stream: Readable | undefined;
  let timer: { cancel(): void } | undefined;
  let delayMs = FIRST_DELAY_MS;

  const onLost = (): void => {
    if (isClosed) return;
    onChange('engine connection lost');
    timer = clock.setTimeout(() => void connect(true), delayMs);
    delayMs = Math.min(MAX_DELAY_MS, delayMs * 2);
  };

  const connect = async (isReconnect: boolean): Promise<void> => {
    try {
      stream = (await docker.getEvents({
        filters:
          flavour === 'podman'
            ? { type: ['container'] }
            : { type: ['container'], label: [label], event: EVENTS },
      })) as Readable;
    } catch {
      return onLost();
    }
    if (isClosed) return void stream.destroy();
    delayMs = FIRST_DELAY_MS;
    if (isReconnect) onChange('engine is back');
    stream
      .on('data', read())
      .once('close', onLost)
      .once('end', () => stream?.destroy())
      .on('error', () => stream?.destroy());
  };

  void connect(false);
  return {
    close() {
      isClosed = true;
      timer?.cancel();
      stream?.destroy();
    },
  };
}

/** Takes events in chunks. @param onChange called after each event after which a listing may differ */
export function readEvents(
  flavour: EngineFlavour,
  label: string,
  onChange: () => void,
  onEnd: (end: ContainerEnd) => void,
): (chunk: Buffer) => void {
  return jsonLines((value) => {
    const event = Object(value) as EngineEvent;
    const isChange = flavour === 'podman' ? isPodmanChange(event, label) : event.Action !== 'oom';
    if (isChange) onChange();
    const end = Object.hasOwn(labelsOf(event), label) ? endIn(event) : undefined;
    if (end) onEnd(end);
  });
}
