/** `hive plan`: prints what a reload would do now, or with another version of the file. */
import { resolve } from 'node:path';
import { GatewayError } from '../errors.ts';
import { shellWord } from '../model/text/commands.ts';
import { connectControl } from './stack/control-client.ts';
import { controlOf } from './stack/control-of.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { peekState } from './stack/state.ts';
import { typedFor } from './stack/typing.ts';
import { paintedLines, print, printError, printJson } from './terminal/print.ts';

/**
 * Prints nothing on stdout if there is nothing to do. The plan comes from the running gateway, if there is
 * one.
 *
 * @param next a file that is not the stack's yet; needs a running gateway
 */
export async function plan(
  next: string | undefined,
  options: ConfigOption & { readonly json?: boolean },
): Promise<void> {
  const { text, pendingRestart } =
    next === undefined ? await readPlan(options) : parted(await planOf(resolve(next), options));
  if (options.json) printJson({ steps: text === '' ? [] : text.split('\n'), pendingRestart });
  else if (text === '' && !pendingRestart) printError('nothing to do: what runs is what the file asks for');
  else for (const part of [text, pendingRestart ?? '']) if (part !== '') print(paintedLines(part));
}

/** Steps come first, and what only a restart changes behind them. */
function parted(text: string): ShownPlan {
  const at = text.search(/^(?![+~-] |$)/m);
  return at < 0 ? { text } : { text: text.slice(0, at).trimEnd(), pendingRestart: text.slice(at) };
}

/** @throws ConfigError with all problems of that file; GatewayError NOT_RUNNING, CONFIG_NOT_FOUND */
async function planOf(next: string, options: ConfigOption): Promise<string> {
  const control = await controlOf(options).catch((error: unknown) => {
    if (!(error instanceof GatewayError) || error.code !== 'CONFIG_NOT_FOUND') throw error;
    const hint = `name the file of the stack that runs: npx hive plan ${shellWord(next)} -c FILE`;
    throw new GatewayError(error.code, error.message, { hint });
  });
  try {
    const [{ readConfig }, { derivedName }] = await Promise.all([
      import('./stack/read-config.ts'),
      import('../config/resolve/settings.ts'),
    ]);
    const { name } = (await readConfig(next)).stack;
    const plan = await control.plan(next);
    // A file without a name has one of its place, which it will not keep.
    const renamed = name === derivedName(next) ? '' : renaming(name, (await control.status()).stack);
    return [plan, typedFor(options.config)(renamed)].filter((it) => it !== '').join('\n');
  } finally {
    await control.close();
  }
}

/** What another name changes: containers, networks and volumes carry it. Empty for the same name. */
function renaming(name: string, runningName: string): string {
  if (name === runningName) return '';
  const now = `its containers and data are those of ${runningName}`;
  const fix = 'npx hive down, save the file, then npx hive up';
  return `the stack would be called ${name}, and ${now}\n  fix: ${fix}`;
}

interface ShownPlan {
  /** The steps, one a line. */
  readonly text: string;
  /** Changes that no step makes, only a restart. */
  readonly pendingRestart?: string | undefined;
}

async function readPlan(options: ConfigOption): Promise<ShownPlan> {
  const file = stackFile(options);
  const state = await peekState(file);
  const control = await connectControl(state.socket, typedFor(options.config));
  if (control)
    try {
      const text = await control.plan().catch((error: unknown) => throwWithPlaces(error, file));
      return { text, pendingRestart: (await control.status()).pendingRestart };
    } finally {
      await control.close();
    }
  // Needs everything that a gateway is made of.
  return { text: await (await import('../plan-offline.ts')).planOffline(file, state) };
}

/**
 * Throws all problems of a bad config file with their places; the answer of a gateway has the first alone.
 * @throws ConfigError; any other error as it is
 */
export async function throwWithPlaces(error: unknown, file: string): Promise<never> {
  if (error instanceof GatewayError && error.code === 'CONFIG_INVALID')
    await (await import('./stack/read-config.ts')).readConfig(file);
  throw error;
}
