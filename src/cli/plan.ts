import { openStateDir } from '../runtime/memory/state-dir.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';

/** Prints the plan; nothing at all when there is nothing to do. The running gateway is asked when there is one. */
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
  return (await import('../plan-offline.ts')).planOffline(file, state);
}
