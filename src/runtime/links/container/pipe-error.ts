/** The failure of a pipe link before its server runs: another kind of link can still be used. */
import { GatewayError } from '../../../errors.ts';

/** Containers that will fail in the same way: all of the engine, all of the image, or only this one. */
export type PipeErrorScope = 'engine' | 'image' | 'container';

/**
 * A container cannot be linked by pipe. Its server has not been started, so a new container can be linked
 * otherwise.
 */
export class PipeError extends GatewayError {
  readonly scope: PipeErrorScope;
  /** Completes "it cannot be linked by pipe: …". */
  readonly why: string;

  constructor(scope: PipeErrorScope, why: string) {
    super('SERVER_UNREACHABLE', `it cannot be linked by pipe: ${why}`, {
      hint: 'use `link: auto`, which falls back to attach, or `link: attach`',
    });
    this.scope = scope;
    this.why = why;
  }
}

/** The error for people, if the config allows no other link. */
export function unlinkable(serverName: string, { why, hint }: PipeError): GatewayError {
  return new GatewayError('SERVER_UNREACHABLE', `${serverName} cannot be linked by pipe: ${why}`, { hint });
}
