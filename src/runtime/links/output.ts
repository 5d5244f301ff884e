/** Reads the output of stdio servers: messages and noise on stdout, text on stderr. */
import type { Readable } from 'node:stream';
import { createFramer, type Framer } from '../../wire/framing.ts';
import { Allowance, type ReadSome } from './allowance.ts';
import { Intake, type Source } from './intake.ts';
import type { LinkEvents } from './link.ts';

/** How much of stderr is read between two looks at the time. */
const PIECE_BYTES = 8 * 1024;

export interface OutputReader {
  readonly stdout: Intake;
  readonly stderr: Intake;
  /** The server has ended: what it has written is read without pauses. */
  hurry(): void;
  /** Both streams are over: reports what is left, an unfinished line too. */
  end(): void;
}

/** Makes the reader that passes what it reads to `events`. */
export function outputReader(
  events: LinkEvents,
  sources: { readonly stdout: Source; readonly stderr: Source },
): OutputReader {
  const allowance = new Allowance();
  const framer = stdoutFramer(events, () => allowance.answered());
  const stdout = new Intake(allowance, (chunk, isEnough) => framer.push(chunk, isEnough), sources.stdout);
  const stderr = new Intake(
    allowance,
    textReader((text) => events.stderr(text)),
    sources.stderr,
  );
  return {
    stdout,
    stderr,
    hurry() {
      stdout.hurry();
      stderr.hurry();
    },
    end() {
      stdout.end();
      stderr.end();
      framer.end();
    },
  };
}

/**
 * Makes the reader for the stdout of a stdio server. @param onAnswer called for messages that a call waited
 * for
 */
export function stdoutFramer(events: LinkEvents, onAnswer: () => void = () => {}): Framer {
  return createFramer({
    message(bytes, envelope) {
      if (events.message(bytes, envelope)) onAnswer();
    },
    noise: (text, bytes) => events.noise(text, bytes),
  });
}

/** The reading of two streams, until both have ended and everything has been reported. */
export interface StreamReading {
  readonly done: Promise<void>;
  hurry(): void;
}

/** Reads the output of a stdio server. */
export function readStreams(
  { stdout, stderr }: { readonly stdout: Readable; readonly stderr: Readable },
  events: LinkEvents,
): StreamReading {
  const reader = outputReader(events, { stdout, stderr });
  stdout.on('data', (chunk: Buffer) => reader.stdout.push(chunk));
  stderr.on('data', (chunk: Buffer) => reader.stderr.push(chunk));
  const done = Promise.all([stdout, stderr].map(untilClosed)).then(() => reader.end());
  return { done, hurry: () => reader.hurry() };
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => void stream.on('error', () => {}).once('close', resolve));
}

/** Makes a decoder of UTF-8 whose characters may be split over chunks. */
export function textReader(onText: (text: string) => void): ReadSome {
  const decoder = new TextDecoder();
  return (chunk, isEnough) => {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      const end = start + PIECE_BYTES;
      const text = decoder.decode(chunk.subarray(start, end), { stream: true });
      if (text) onText(text);
      if (isEnough() && end < chunk.length) return chunk.subarray(end);
    }
    return undefined;
  };
}
