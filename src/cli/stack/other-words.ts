/** Commands of other programs, and the command of Hive that does the same. */
import { similar } from '../../config/source/similar.ts';
import { GatewayError } from '../../errors.ts';

/** Words of `docker compose`, of other gateways and of service managers. */
const MEANT: Readonly<Record<string, string>> = {
  list: 'ps',
  ls: 'ps',
  status: 'ps',
  show: 'ps',
  stats: 'ps',
  top: 'ps',
  tools: 'ps',
  servers: 'ps',
  run: 'up',
  serve: 'up',
  dev: 'up',
  kill: 'down',
  rm: 'down',
  remove: 'down',
  delete: 'down',
  uninstall: 'down',
  log: 'logs',
  tail: 'logs',
  check: 'validate',
  lint: 'validate',
  config: 'validate',
  test: 'validate',
  diff: 'plan',
  build: 'compile',
  convert: 'import',
  link: 'connect',
  setup: 'connect',
  client: 'clients',
  unlink: 'disconnect',
  add: 'import',
  new: 'init',
  create: 'init',
  reload: 'restart',
  call: 'op',
  auth: 'login',
  signin: 'login',
  signout: 'logout',
  diagnose: 'doctor',
  find: 'search',
  browse: 'search',
  inspect: 'info',
};

/**
 * The error for a word that is no command, with the command that was meant.
 * @param isHelp its help was wanted
 */
export function unknownCommand(word: string, known: readonly string[], isHelp = false): GatewayError {
  const meant = Object.hasOwn(MEANT, word) ? MEANT[word] : similar(word, known);
  const isKnown = meant !== undefined && known.includes(meant);
  const near = isKnown ? `did you mean ${isHelp ? `npx hive help ${meant}` : meant}? ` : '';
  return new GatewayError('USAGE', `unknown command '${word}'`, {
    hint: `${near}all commands and options: npx hive --help`,
  });
}
