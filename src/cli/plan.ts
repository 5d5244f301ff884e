/** `hive plan`: prints what a reload would do now, or with another version of the file. */
import { resolve } from 'node:path';
import { connectControl } from './stack/control-client.ts';
import { controlOf } from './stack/control-of.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { peekState } from './stack/state.ts';
import { typedFor } from './stack/typing.ts';
import { print, printJson } from './terminal/print.ts';

/**
 * Prints nothing if there is nothing to do. The plan comes from the running gateway, if there is one.
 *
 * @param next a file that is not the stack's yet; needs a running gateway
 */
export async function plan(
  next: string | undefined,
  options: ConfigOption & { readonly json?: boolean },
): Promise<void> {
  const { text, pendingRestart } =
    next === undefined ? await readPlan(options) : { text: await planOf(resolve(next), options) };
  if (options.json) printJson({ steps: text === '' ? [] : text.split('\n'), pendingRestart });
  else for (const part of [text, pendingRestart ?? '']) if (part !== '') print(part);
}

/** @throws ConfigError with all problems of that file; GatewayError NOT_RUNNING */
async function planOf(next: string, options: ConfigOption): Promise<string> {
  const control = await controlOf(options);
  try {
    const { readConfig } = await import('./stack/read-config.ts');
    await readConfig(next);
    return await control.plan(next);
  } finally {
    await control.close();
  }
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
      return { text: await control.plan(), pendingRestart: (await control.status()).pendingRestart };
    } finally {
      await control.close();
    }
  // Needs everything that a gateway is made of.
  return { text: await (await import('../plan-offline.ts')).planOffline(file, state) };
}
