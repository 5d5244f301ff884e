/** Does the same with several clients: what fails for one must not stop the others. */
import type { Client } from '../../clients/data/client.ts';
import { renderError, toGatewayError } from '../../errors.ts';
import { type Typed, typedError } from '../stack/typing.ts';
import { printError } from '../terminal/print.ts';

/**
 * @param work false if the client stays as it is
 * @returns the exit code: 1 if a client stays as it is
 * @throws what the work for a single client throws
 */
export async function eachClient(
  clients: readonly Client[],
  typed: Typed,
  work: (client: Client) => Promise<boolean>,
): Promise<number> {
  let exitCode = 0;
  for (const client of clients) {
    try {
      if (!(await work(client))) exitCode = 1;
    } catch (thrown) {
      if (clients.length === 1) throw thrown;
      printError(renderError(typedError(toGatewayError(thrown), typed)));
      exitCode = 1;
    }
  }
  return exitCode;
}
