/** The stack whose added servers a command changes: its gateway, or its file while none runs. */
import { readAdded } from '../../added/added-file.ts';
import { AddedStore } from '../../added/added-store.ts';
import { removeOffline } from '../../added/offline.ts';
import type { AddedServer } from '../../model/added/added.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { type ControlClient, connectControl } from '../stack/control-client.ts';
import { type ConfigOption, stackFile } from '../stack/stack-file.ts';
import { openState } from '../stack/state.ts';
import { typedFor } from '../stack/typing.ts';

export interface AddedPlace {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: StateDir;
  /** Undefined while no gateway runs. */
  readonly control: ControlClient | undefined;
  /** The servers that were added, as their file has them. */
  readonly all: readonly AddedServer[];
  /** True if a gateway runs now. */
  readonly isServed: () => Promise<boolean>;
}

/** Runs `work`, and again if a gateway has started before the file could be changed. */
export async function atStack<T>(
  options: ConfigOption,
  work: (place: AddedPlace) => Promise<T | undefined>,
): Promise<T> {
  for (;;) {
    const file = stackFile(options);
    const state = await openState(file);
    const control = await connectControl(state.socket, typedFor(options.config));
    const isServed = async (): Promise<boolean> => {
      const found = await connectControl(state.socket);
      await found?.close();
      return found !== undefined;
    };
    try {
      const all = new AddedStore(readAdded(state.path)).all();
      const result = await work({ file, state, control, all, isServed });
      if (result !== undefined) return result;
    } finally {
      await control?.close();
    }
  }
}

/** @returns undefined if a gateway has started meanwhile */
export async function removeAt(
  { control, state, isServed }: AddedPlace,
  servers: readonly string[],
  volumes: boolean,
): Promise<readonly string[] | undefined> {
  if (!control) return (await removeOffline(state, servers, isServed)) ? servers : undefined;
  const answer = await control.runOperation('server_remove', { servers, volumes }, 'json');
  return (JSON.parse(answer) as { readonly removed: readonly string[] }).removed;
}
