import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../model/clock.ts';
import { LABEL } from '../../model/labels.ts';

const EVENTS = ['start', 'die', 'destroy', 'pause', 'unpause', 'rename'];
const FIRST_DELAY = 250;
const MAX_DELAY = 5_000;

export interface EngineWatch {
  close(): void;
}

/**
 * Calls `onEvent` whenever a labelled container may have changed, and each time the engine comes or goes. What happened
 * is not passed on: an event means "look again", so a lost or doubled one does no harm.
 */
export function watchEngine(docker: Docker, clock: Clock, onEvent: (cause: string) => void): EngineWatch {
  let closed = false;
  let stream: Readable | undefined;
  let timer: { cancel(): void } | undefined;
  let delay = FIRST_DELAY;

  const lost = (): void => {
    if (closed) return;
    onEvent('engine connection lost');
    timer = clock.setTimeout(() => void connect(true), delay);
    delay = Math.min(MAX_DELAY, delay * 2);
  };

  const connect = async (again: boolean): Promise<void> => {
    try {
      stream = (await docker.getEvents({
        filters: { type: ['container'], label: [LABEL.server], event: EVENTS },
      })) as Readable;
    } catch {
      return lost();
    }
    if (closed) return void stream.destroy();
    delay = FIRST_DELAY;
    if (again) onEvent('engine is back');
    stream.on('data', () => onEvent('container event'));
    stream
      .once('close', lost)
      .once('end', () => stream?.destroy())
      .on('error', () => stream?.destroy());
  };

  void connect(false);
  return {
    close() {
      closed = true;
      timer?.cancel();
      stream?.destroy();
    },
  };
}
