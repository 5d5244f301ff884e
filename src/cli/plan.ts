import { loadDesired } from '../gateway.ts';
import type { Observed } from '../model/observed.ts';
import { renderPlan } from '../model/plan.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { engineClient } from '../runtime/engine/connect-engine.ts';
import { listContainers } from '../runtime/engine/containers.ts';
import { findEngine } from '../runtime/setup/find-engine.ts';
import { openStateDir } from '../runtime/state-dir.ts';
import { connectControl } from './control-client.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';

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
  const { wanted } = await loadDesired({ file, state });
  return renderPlan(reconcile(wanted, await observe()));
}

async function observe(): Promise<Observed> {
  const found = await findEngine();
  if (found.kind !== 'ready') {
    const hint = 'npx hive doctor says how to get one';
    return {
      engine: { state: 'absent', reason: 'there is no usable container engine', hint },
      containers: [],
      mislabelled: [],
      instances: [],
    };
  }
  const listing = await listContainers(engineClient(found.engine.url));
  return { engine: { state: 'ready' }, ...listing, instances: [] };
}
