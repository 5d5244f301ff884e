/** How far the version of a server has come that is declared now. An older one may serve meanwhile. */
import type { GatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Instance } from './instance.ts';
import type { Servers } from './servers.ts';

export type Outcome =
  /** It serves, or starts at the next call. */
  | { readonly state: 'ready' }
  /** It has not been tried, or is being started. */
  | { readonly state: 'starting' }
  | { readonly state: 'failed'; readonly error: GatewayError }
  /** It is not to run: it is not declared, or a person has stopped it. */
  | { readonly state: 'none' };

/** Compares entries, since what is shown of a server may still be about its old one. */
export function outcomeOf(
  { units, board, instances }: Pick<Servers, 'units' | 'board' | 'instances'>,
  serverName: string,
): Outcome {
  const unit = units.get(serverName);
  const shown = board.get(serverName)?.state;
  if (!unit || shown === 'stopped') return { state: 'none' };
  const serving = instances.serving(serverName);
  if (serving && isOf(serving, unit) && serving.unit.viewHash === unit.viewHash) return { state: 'ready' };
  if (!serving && shown === 'idle') return { state: 'ready' };
  const error = instances.of(serverName).map((it) => (isOf(it, unit) ? errorOf(it) : undefined));
  const first = error.find((it) => it !== undefined);
  return first ? { state: 'failed', error: first } : { state: 'starting' };
}

const isOf = ({ unit: { hash, values } }: Instance, unit: Unit): boolean =>
  hash === unit.hash && values === unit.values;

/** Of the last attempt. */
function errorOf({ state }: Instance): GatewayError | undefined {
  if (state.phase === 'failed') return state.error;
  return state.phase === 'starting' ? state.lastError : undefined;
}
