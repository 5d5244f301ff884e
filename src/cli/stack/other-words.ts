/** Words and options of other programs, and the command of Hive that does the same. */
import { similar } from '../../config/source/similar.ts';
import { GatewayError } from '../../errors.ts';
import { shellWord } from '../../model/text/commands.ts';

/**
 * Words of `docker compose`, of other gateways and of service managers. No word means a command that removes
 * what is there.
 */
const MEANT: Readonly<Record<string, string>> = {
  list: 'ps',
  status: 'ps',
  show: 'ps',
  stats: 'ps',
  top: 'ps',
  servers: 'ps',
  run: 'up',
  serve: 'up',
  dev: 'up',
  kill: 'stop',
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
  new: 'init',
  create: 'init',
  reload: 'restart',
  update: 'pull',
  upgrade: 'pull',
  exec: 'call',
  resources: 'tools',
  prompts: 'tools',
  auth: 'login',
  signin: 'login',
  signout: 'logout',
  diagnose: 'doctor',
  find: 'search',
  browse: 'search',
  inspect: 'info',
};

/** The advice for a word that no single command stands for, by the word behind it. */
type Advice = (name: string) => string;

const remove: Advice = (name) =>
  `npx hive remove ${name} if it was added; else delete its entry from hive.yaml, or: npx hive stop ${name}`;
const add: Advice = (name) => `find it: npx hive search ${name}; then: npx hive add ENTRY`;
const page: Advice = () =>
  'open http://127.0.0.1:PORT/ in a browser, with the host and port that `npx hive ps` prints';
const watch: Advice = () =>
  '`npx hive up` follows edits of its files; the states of the servers: npx hive ps';

const ADVICE: Readonly<Record<string, Advice>> = {
  rm: remove,
  delete: remove,
  install: add,
  ui: page,
  open: page,
  web: page,
  dashboard: page,
  watch,
  views: () => 'list what a view shows: npx hive tools --view NAME',
  env: () =>
    'npx hive validate names the variables without a value; set them in .env beside hive.yaml, or in `env`',
};

/** Commands that a slip of the finger must not run: their names are not near to any word. */
const REMOVING: ReadonlySet<string> = new Set(['down', 'uninstall', 'remove', 'registry']);
/** Shorter words are near to everything. */
const SHORTEST_NEAR = 3;

/**
 * The error for a word that is no command, with the command that was meant.
 * @param isHelp its help was wanted
 * @param name the first word behind it that is no option
 */
export function unknownCommand(
  word: string,
  known: readonly string[],
  isHelp = false,
  name?: string,
): GatewayError {
  return new GatewayError('USAGE', `unknown command '${word}'`, {
    hint: `${fixFor(word, known, isHelp, name)}all commands and options: npx hive --help`,
  });
}

function fixFor(word: string, known: readonly string[], isHelp: boolean, name: string | undefined): string {
  const advice = Object.hasOwn(ADVICE, word) ? ADVICE[word] : undefined;
  if (advice) return `${advice(name === undefined ? 'NAME' : shellWord(name))}; `;
  const meant = Object.hasOwn(MEANT, word) ? MEANT[word] : nearCommand(word, known);
  if (meant === undefined || !known.includes(meant)) return '';
  return `did you mean ${isHelp ? `npx hive help ${meant}` : meant}? `;
}

function nearCommand(word: string, known: readonly string[]): string | undefined {
  if (word.length < SHORTEST_NEAR) return undefined;
  return similar(
    word,
    known.filter((it) => !REMOVING.has(it)),
  );
}

/** `-f FILE` of `docker compose`. */
const FILE_OPTION = /^(?:-f|--file)(?:=|$)/;

/**
 * The error for words that the command does not take, if what was meant is known: `up -f FILE`,
 * `down SERVER`, `call TOOL --key value`.
 * @param options of the command, as the table of commands has them
 */
export function misused(
  command: string,
  given: readonly string[],
  options: readonly string[],
): GatewayError | undefined {
  const words = given.includes('--') ? given.slice(0, given.indexOf('--')) : given;
  const takesConfig = options.some((it) => it.startsWith('-c,'));
  const at = words.findIndex((it) => FILE_OPTION.test(it));
  if (at >= 0 && takesConfig && !options.some((it) => /^-f,|^--file\b/.test(it)))
    return new GatewayError('USAGE', `'${command}' has no option ${words[at]}`, {
      hint: `name the config file with -c: npx hive ${command} -c ${fileOf(words, at)}`,
    });
  if (command === 'call' || command === 'op') return dashed(words, options);
  const [server] = command === 'down' ? positional(words) : [];
  if (server === undefined) return undefined;
  return new GatewayError('USAGE', 'down ends the whole stack and takes no server', {
    hint: `to stop this server alone: npx hive stop ${shellWord(server)}`,
  });
}

/** An argument of a tool that is written as an option. A misspelt option is not one. */
function dashed(words: readonly string[], options: readonly string[]): GatewayError | undefined {
  const known = ['--help', ...options.flatMap((it) => it.match(/--[\w-]+/) ?? [])];
  const at = words.findIndex(
    (it) => /^--\w/.test(it) && similar(it.split('=')[0] ?? '', known) === undefined,
  );
  if (at < 0) return undefined;
  const [word = '', next = 'VALUE'] = words.slice(at);
  const pair = word.includes('=')
    ? word.slice(2)
    : `${word.slice(2)}=${next.startsWith('-') ? 'VALUE' : next}`;
  return new GatewayError('USAGE', `not an argument: ${word}`, {
    hint: `arguments are KEY=VALUE, without dashes: write ${shellWord(pair)}`,
  });
}

function fileOf(words: readonly string[], at: number): string {
  const [, joined] = words[at]?.split(/=(.*)/s) ?? [];
  const file = joined ?? words[at + 1];
  return file === undefined ? 'FILE' : shellWord(file);
}

/** Options of `down` that take the word behind them. */
const WITH_VALUE = /^(?:-c|--config|--rmi)$/;

const positional = (words: readonly string[]): string[] =>
  words.filter((it, index) => !it.startsWith('-') && !WITH_VALUE.test(words[index - 1] ?? ''));
