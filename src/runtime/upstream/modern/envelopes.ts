/**
 * Envelopes in use on one connection: sessions are many, but their clients declare few different
 * capabilities.
 */
import { envelopeOf } from './meta.ts';

const MAX_ENVELOPES = 200;

export class Envelopes {
  readonly #hasLogging: boolean;
  readonly #known = new Map<string, Buffer>();

  /** @param hasLogging false for a server that must not be asked for log messages */
  constructor(hasLogging: boolean) {
    this.#hasLogging = hasLogging;
  }

  /** @param capabilities JSON text, as a legacy client declared it */
  for(capabilities?: string, logLevel?: string): Buffer {
    const key = `${logLevel ?? ''} ${capabilities ?? ''}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#known.size >= MAX_ENVELOPES) this.#known.clear();
    const made = envelopeOf(capabilities, this.#hasLogging ? logLevel : undefined);
    this.#known.set(key, made);
    return made;
  }
}
