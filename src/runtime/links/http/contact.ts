import type { Dispatcher } from 'undici';
import { isNotYet, isNotYetStatus, reason } from './errors.ts';

/** One attempt to reach a server that may not be up yet: its answer, or why there is none so far. */
export async function firstContact(
  attempt: () => Promise<Dispatcher.ResponseData>,
): Promise<{ response?: Dispatcher.ResponseData; why?: string }> {
  try {
    const response = await attempt();
    if (!isNotYetStatus(response.statusCode)) return { response };
    await response.body.dump();
    return { why: `HTTP ${response.statusCode}` };
  } catch (cause) {
    if (!isNotYet(cause)) throw cause;
    return { why: reason(cause) };
  }
}
