/**
 * Names what takes the walls of containers down, or shows secrets. Nothing is refused here: a person may want
 * it.
 */
import { resolveReferences, type Values } from '../../model/references.ts';
import type { Warning } from '../../model/stack.ts';
import type { RawStack } from '../parse/collect.ts';
import type { Entry, EntryOf, Input } from '../parse/parse.ts';
import { placeOf } from '../source/locate.ts';
import { renderKeyPath } from '../source/report.ts';
import type { KeyPath, Source } from '../source/source.ts';
import { argumentDangers } from './argument-dangers.ts';
import { composeDangers } from './compose-dangers.ts';
import type { Danger, Resolve } from './danger.ts';
import { fileDanger, mountDanger } from './path-dangers.ts';

/** In the order of the files, each once: what `defaults` bring is named there. */
export function warningsOf(raw: RawStack, { settings, entries }: Input, values: Values): Warning[] {
  const resolve: Resolve = (text) => resolveReferences(text, values);
  const defaults = keyDangers(settings.defaults?.container ?? {});
  return [
    ...defaults.map((danger) =>
      warning(raw.main, ['defaults', 'container'], danger, 'every container without a key of its own'),
    ),
    ...entries.flatMap((entry) =>
      dangersOf(entry, resolve).map((danger) =>
        warning(entry.source, entry.keyPath, danger, `server "${entry.serverName}"`),
      ),
    ),
  ];
}

function warning(source: Source, above: KeyPath, { path, text }: Danger, subject: string): Warning {
  return warningAt(source, [...above, ...path], `${subject} ${text}`);
}

export function warningAt(source: Source, keyPath: KeyPath, message: string): Warning {
  return { message, place: placeOf(source, keyPath), keyPath: renderKeyPath(keyPath) };
}

function dangersOf(entry: Entry, resolve: Resolve): Danger[] {
  const folder = entry.source.folder;
  if (entry.kind === 'native')
    return [...argumentDangers(entry.input, resolve), ...envFileDangers(entry, folder)];
  if (entry.kind !== 'container') return [];
  return [
    ...keyDangers(entry.input),
    ...(entry.input.volumes ?? []).flatMap((text, index) =>
      mountDanger(['volumes', index], text, folder, resolve),
    ),
    ...envFileDangers(entry, folder),
    ...secretDangers(entry, folder),
    ...argumentDangers(entry.input, resolve),
    ...composeDangers(entry.input.compose ?? {}, resolve),
    ...rawMountDangers(entry, folder, resolve),
  ];
}

/** Keys that `defaults` may have too. */
function keyDangers({
  network,
  capAdd = [],
}: {
  readonly network?: string | undefined;
  readonly capAdd?: readonly string[] | undefined;
}): Danger[] {
  const found: Danger[] = [];
  if (network === 'host')
    found.push({
      path: ['network'],
      text: "is on the machine's network (network: host): it reaches what listens here",
    });
  if (capAdd.length > 0)
    found.push({ path: ['capAdd'], text: `gets more capabilities (capAdd: ${capAdd.join(', ')})` });
  return found;
}

function envFileDangers(
  { input: { envFile = [] } }: EntryOf<'container' | 'native'>,
  folder: string,
): Danger[] {
  return [envFile]
    .flat()
    .flatMap((file, index) =>
      fileDanger(Array.isArray(envFile) ? ['envFile', index] : ['envFile'], file, folder, 'variables'),
    );
}

function secretDangers({ input: { secrets = {} } }: EntryOf<'container'>, folder: string): Danger[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    'file' in secret ? fileDanger(['secrets', name, 'file'], secret.file, folder, `secret "${name}"`) : [],
  );
}

/** Volumes of the raw keys, in the short or the long syntax. */
function rawMountDangers({ input }: EntryOf<'container'>, folder: string, resolve: Resolve): Danger[] {
  const volumes: readonly unknown[] = Array.isArray(input.compose?.volumes) ? input.compose.volumes : [];
  return volumes.flatMap((volume, index) => {
    const source = typeof volume === 'string' ? volume : String(Object(volume).source ?? '');
    return mountDanger(['compose', 'volumes', index], source, folder, resolve);
  });
}
