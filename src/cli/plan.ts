/** `hive plan`: prints what a reload would do now. */
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { print, printJson } from './terminal/print.ts';

/** Prints nothing if there is nothing to do. The plan comes from the running gateway, if there is one. */
export async function plan(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const { text, pendingRestart } = await readPlan(stackFile(options));
  if (options.json) printJson({ steps: text === '' ? [] : text.split('\n'), pendingRestart });
  else for (const part of [text, pendingRestart ?? '']) if (part !== '') print(part);
}

interface ShownPlan {
  /** The steps, one a line. */
  readonly text: string;
  /** Changes that no step makes, only a restart. */
  readonly pendingRestart?: string | undefined;
}

async function readPlan(file: string): Promise<ShownPlan> {
  const state = openStateDir(file);
  const control = await connectControl(state.socket);
  if (control)
    try {
      return { text: await control.plan(), pendingRestart: (await control.status()).pendingRestart };
    } finally {
      await control.close();
    }
  // Needs everything that a gateway is made of.
  return { text: await (await import('../plan-offline.ts')).planOffline(file, state) };
}
