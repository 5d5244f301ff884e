/** The question before all servers are restarted. */
import { ask, canAsk } from '../connect/consent.ts';

/** True without a terminal: scripts restart all servers, as with Compose. @param howMany `3 servers` */
export const askRestart = async (howMany: string): Promise<boolean> =>
  !canAsk() || ask(`Restart ${howMany}? Calls under way may finish first.`);
