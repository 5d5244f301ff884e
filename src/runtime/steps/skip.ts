/** Shows why a server cannot run here and now. A version that serves already goes on serving. */
import { GatewayError } from '../../errors.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Place } from '../../model/desired.ts';
import type { Listings } from '../instances/listings.ts';
import type { Statuses } from '../instances/statuses.ts';
import type { Effects } from './effects.ts';

export function createSkip(
  statuses: Pick<Statuses, 'skipped'>,
  listings: Pick<Listings, 'refresh'>,
): Effects['skip'] {
  return ({ serverName, unit, code, cause, hint }) => {
    const error = new GatewayError(code, cause, { hint, place: unsetPlace(unit) });
    if (code === 'VARIABLE_UNSET')
      statuses.skipped(serverName, 'failed', error, 'the old version still serves');
    else statuses.skipped(serverName, 'unavailable', error, 'it still serves');
    listings.refresh(serverName);
  };
}

/** The place in the file that uses the variable without a value. */
function unsetPlace({ server }: Unit): Place | undefined {
  return 'unset' in server ? server.unset[0]?.place : undefined;
}
