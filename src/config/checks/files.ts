/** Files that entries name must be there. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Entry } from '../parse/parse.ts';
import { reasonOf } from '../parse/read.ts';
import type { KeyPath } from '../source/source.ts';
import { type Checked, type Tell, teller } from './checked.ts';

interface NamedFile {
  readonly path: KeyPath;
  readonly file: string;
  readonly what: string;
  readonly kind: 'file' | 'folder';
}

export async function checkFiles({ raw, input, report }: Checked): Promise<void> {
  for (const entry of input.entries)
    for (const named of namedFiles(entry)) {
      const file = resolve(dirname(entry.source.path), named.file);
      raw.watched.add(file);
      await checkFile(entry, named, file, teller(entry, report));
    }
}

async function checkFile(entry: Entry, named: NamedFile, file: string, tell: Tell): Promise<void> {
  if (named.file.includes('${')) return;
  const told = `the ${named.what} of server "${entry.serverName}"`;
  try {
    const found = await stat(file);
    if (named.kind === 'file' && found.isDirectory())
      tell(named.path, `${told} is a folder`, 'name the file in it');
    if (named.kind === 'folder' && !found.isDirectory()) tell(named.path, `${told} is not a folder`);
  } catch (thrown) {
    tell(
      named.path,
      `cannot read ${told}: ${reasonOf(thrown).replace('file', named.kind)}`,
      'paths are relative to this file',
    );
  }
}

function namedFiles(entry: Entry): NamedFile[] {
  if (entry.kind === 'builtin') return [];
  if (entry.kind === 'remote') return remoteFiles(entry);
  const { input } = entry;
  const isList = Array.isArray(input.envFile);
  const files: NamedFile[] = [input.envFile ?? []].flat().map((file, index) => ({
    path: isList ? ['envFile', index] : ['envFile'],
    file,
    what: 'envFile',
    kind: 'file',
  }));
  if (entry.kind === 'native')
    return input.workdir === undefined
      ? files
      : [...files, { path: ['workdir'], file: input.workdir, what: 'workdir', kind: 'folder' }];
  if (entry.input.dockerfile !== undefined)
    files.push({ path: ['dockerfile'], file: entry.input.dockerfile, what: 'dockerfile', kind: 'file' });
  for (const [name, secret] of Object.entries(entry.input.secrets ?? {}))
    if ('file' in secret)
      files.push({
        path: ['secrets', name, 'file'],
        file: secret.file,
        what: `secret "${name}"`,
        kind: 'file',
      });
  return files;
}

function remoteFiles({ input: { oauth = {} } }: Entry & { kind: 'remote' }): NamedFile[] {
  return (['privateKey', 'assertion'] as const).flatMap((key) => {
    const source = oauth[key];
    return source && 'file' in source
      ? [{ path: ['oauth', key, 'file'], file: source.file, what: `oauth.${key}`, kind: 'file' as const }]
      : [];
  });
}
