/** A response that records what is done to it, for tests without a socket. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Outgoing } from '../../../src/edge/http/incoming.ts';
import { Outbox } from '../../../src/edge/http/outbox.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

export class FakeResponse extends EventEmitter {
  status = 0;
  headers: Record<string, unknown> = {};
  readonly written: string[] = [];
  /** Unread bytes, as the test says. */
  writableLength = 0;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  shouldKeepAlive = true;
  corked = 0;
  readonly timeouts: { readonly ms: number; readonly onTimeout: () => void }[] = [];

  get text(): string {
    return this.written.join('');
  }

  setHeader(name: string, value: unknown): void {
    this.headers[name] = value;
  }

  writeHead(status: number, headers: Record<string, unknown> = {}): this {
    this.status = status;
    Object.assign(this.headers, headers);
    return this;
  }

  flushHeaders(): void {
    this.written.push('');
  }

  cork(): void {
    this.corked += 1;
  }

  uncork(): void {
    this.corked -= 1;
  }

  write(part: Buffer | string): boolean {
    this.written.push(typeof part === 'string' ? part : part.toString('latin1'));
    return true;
  }

  end(part?: Buffer | string): this {
    if (part !== undefined) this.write(part);
    this.writableEnded = true;
    return this;
  }

  setTimeout(ms: number, onTimeout: () => void): void {
    this.timeouts.push({ ms, onTimeout });
  }

  destroy(): void {
    this.destroyed = true;
  }

  /** As the code under test takes it. */
  get asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

/** The response of one client, in an outbox of its own. */
export const outgoing = (response: FakeResponse, outbox = new Outbox(fakeClock())): Outgoing => ({
  response: response.asResponse,
  principal: 'alice',
  outbox,
});
