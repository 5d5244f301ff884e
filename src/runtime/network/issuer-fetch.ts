/** The `fetch` for the issuer of access tokens: through proxies, with the authority of the settings. */
import type { Values } from '../../model/references.ts';
import type { Stack } from '../../model/stack.ts';

export interface IssuerFetchDeps {
  readonly current: () => { readonly stack: Pick<Stack, 'auth' | 'file'>; readonly values: Values };
  /** Receives how a request failed. */
  readonly report: (text: string) => void;
}

export function createIssuerFetch({ current, report }: IssuerFetchDeps): typeof fetch {
  return async (input, init = {}) => {
    const { stack, values } = current();
    const { tls } = stack.auth?.oauth ?? {};
    try {
      const place = { path: stack.file, line: 1 };
      // Loaded when first needed: most stacks have no OAuth.
      const { openNetwork } = await import('./network.ts');
      const { fetchOver } = await import('./fetch-over.ts');
      const network = await openNetwork({ ...(tls && { tls }), place }, values);
      return await fetchOver(network, input, init);
    } catch (error) {
      if (isOfSignal(error)) throw error;
      report((error as Error).message);
      // Clients without a good token get this sentence: it names neither proxies nor files.
      const { reason = 'the log of the gateway says why' } = error as { reason?: string };
      throw new TypeError(reason, { cause: error });
    }
  };
}

/** The request was ended by its own limit. */
const isOfSignal = (error: unknown): boolean =>
  error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
