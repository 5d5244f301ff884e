/** `hive token`: makes a bearer token for the gateway. */
import { GatewayError } from '../errors.ts';
import { TOKEN_NAME } from '../model/text/grammar.ts';
import { newToken, tokenLines } from './stack/new-token.ts';
import { print, printError, printJson } from './terminal/print.ts';

/**
 * The token is shown once. The config file gets its digest, from which the token cannot be derived.
 *
 * @throws GatewayError USAGE for a name that the config file does not take
 */
export function token(name: string, options: { readonly json?: boolean }): void {
  if (!TOKEN_NAME.test(name)) throw badName(name);
  const { token: text, digest } = newToken();
  if (options.json) {
    printJson({ name, token: text, digest });
    return;
  }
  print(text);
  printError(`
This is the token; it is not shown again. Clients send it in the header  Authorization: Bearer TOKEN
Put its digest into the config file:

${tokenLines(name, digest)}`);
}

const badName = (name: string): GatewayError =>
  new GatewayError('USAGE', `${JSON.stringify(name)} cannot be the name of a token`, {
    hint: 'use up to 63 letters, digits, _ . @ - and begin with a letter or digit: npx hive token laptop',
  });
