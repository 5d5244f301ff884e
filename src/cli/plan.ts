/** `hive plan`: prints what a reload would do now. */
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';

/** Prints nothing if there is nothing to do. The plan comes from the running gateway, if there is one. */
export async function plan(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const text = await planText(stackFile(options));
  if (options.json)
    process.stdout.write(`${JSON.stringify({ steps: text === '' ? [] : text.split('\n') })}\n`);
  else if (text !== '') process.stdout.write(`${text}\n`);
}

async function planText(file: string): Promise<string> {
  const state = openStateDir(file);
  const control = await connectControl(state.socket);
  if (control) return control.plan().finally(() => control.close());
  // Needs everything that a gateway is made of.
  return (await import('../plan-offline.ts')).planOffline(file, state);
}
