/** Collects a link's messages. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { ExitFacts, Link, LinkEvents } from '../../src/runtime/links/link.ts';

/** Collects a link's messages and waits for more. */
export interface Collected {
  readonly events: LinkEvents;
  readonly messages: Buffer[];
  readonly noise: [string, number][];
  stderr: string;
  readonly notes: string[];
  suspicions: number;
  readonly closed: ExitFacts[];
  /** Resolves as soon as `condition` holds; fails after `ms`. */
  until(condition: () => boolean, ms?: number): Promise<void>;
}

export function collect(): Collected {
  const said = new EventEmitter();
  const tell = (): boolean => said.emit('more');
  const all: Collected = {
    messages: [],
    noise: [],
    stderr: '',
    notes: [],
    suspicions: 0,
    closed: [],
    events: {
      message: (bytes) => {
        all.messages.push(bytes);
        return tell();
      },
      noise: (text, bytes) => {
        all.noise.push([text, bytes]);
        tell();
      },
      stderr: (text) => {
        all.stderr += text;
        tell();
      },
      note: (text) => {
        all.notes.push(text);
        tell();
      },
      suspectStale: () => {
        all.suspicions += 1;
        tell();
      },
      closed: (facts) => {
        all.closed.push(facts);
        tell();
      },
    },
    async until(condition, ms = 60_000) {
      const signal = AbortSignal.timeout(ms);
      while (!condition()) {
        await once(said, 'more', { signal }).catch(() => assert.fail(`waited ${ms} ms for ${condition}`));
      }
    },
  };
  return all;
}

/** Sends one request and waits for its answer. */
export async function ask(
  link: Link,
  seen: Collected,
  id: number,
  method: string,
  params: string,
): Promise<Buffer> {
  const head = Buffer.from(`{"jsonrpc":"2.0","id":${id},`);
  const isAnswer = (bytes: Buffer): boolean =>
    bytes.subarray(0, 60).includes(`"id":${id},`) || bytes.subarray(-30).includes(`"id":${id}}`);
  await link.send(
    Buffer.concat([
      head,
      Buffer.from(`"method":"${method}","params":`),
      Buffer.from(params),
      Buffer.from('}'),
    ]),
  );
  await seen.until(() => seen.messages.some(isAnswer), 60_000);
  return seen.messages.find(isAnswer) as Buffer;
}
