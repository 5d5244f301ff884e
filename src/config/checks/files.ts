/** Checks that the files and folders that entries name exist. */
import { dirname, relative, resolve } from 'node:path';
import { FileFault, kindOf } from '../../files/fault.ts';
import type { FileReader } from '../../files/file-reader.ts';
import type { Values } from '../../model/references.ts';
import { buildSpec, composeFolder } from '../parse/build-spec.ts';
import type { Entry, EntryOf } from '../parse/parse.ts';
import { reasonOf } from '../source/read-failure.ts';
import type { KeyPath } from '../source/source.ts';
import { type Checked, type Flag, flagIn } from './checked.ts';

interface NamedFile {
  readonly path: KeyPath;
  /** As it was written. */
  readonly file: string;
  /** The purpose of the file, as messages name it. */
  readonly what: string;
  readonly kind: 'file' | 'folder';
}

/** Reports what is missing. Returns the absolute paths that were looked for. */
export async function checkFiles(checked: Checked, values: Values, files: FileReader): Promise<string[]> {
  const { input, report } = checked;
  await checkComposeFile(checked, files);
  await checkAuthorities(checked, values, files);
  const watched: string[] = [];
  for (const entry of input.entries)
    for (const named of namedFiles(entry, composeFolder(checked.raw.main.path, input))) {
      const path = resolve(entry.source.folder, named.file);
      watched.push(path);
      const of = {
        folder: entry.source.folder,
        subject: `${named.what} of server "${entry.serverName}"`,
      };
      await checkFile(files, named, of, { values, flag: flagIn(entry, report) });
    }
  return watched;
}

/** It need not exist. */
async function checkComposeFile({ raw, input, report }: Checked, files: FileReader): Promise<void> {
  const { composeFile } = input.settings;
  if (composeFile === undefined) return;
  const flag = (message: string): void =>
    report.at(raw.main, ['composeFile'], { message, hint: 'name a file, such as docker-compose.mcp.yml' });
  try {
    const stats = await files.stat(resolve(dirname(raw.main.path), composeFile));
    if (!stats.isFile()) flag(`composeFile is ${kindOf(stats)}, not a file`);
  } catch (thrown) {
    if (thrown instanceof FileFault) flag(`cannot look for composeFile: ${reasonOf(thrown)}`);
  }
}

/** Files of certificates that settings of the stack name. */
async function checkAuthorities(
  { raw, input, report }: Checked,
  values: Values,
  files: FileReader,
): Promise<void> {
  const { defaults, auth } = input.settings;
  const named = [
    [['defaults', 'remote', 'tls', 'ca'], defaults?.remote?.tls?.ca],
    [['auth', 'oauth', 'tls', 'ca'], auth?.oauth?.tls?.ca],
  ] as const;
  for (const [path, file] of named)
    if (file !== undefined) {
      const flag: Flag = (_, message, hint) => report.at(raw.main, [...path], { message, hint });
      const of = { folder: dirname(raw.main.path), subject: path.join('.') };
      await checkFile(files, { path, file, what: path.join('.'), kind: 'file' }, of, { values, flag });
    }
}

async function checkFile(
  files: FileReader,
  named: NamedFile,
  { folder, subject }: { readonly folder: string; readonly subject: string },
  { values, flag }: { readonly values: Values; readonly flag: Flag },
): Promise<void> {
  if (named.file.includes('${')) return;
  const what = `the ${subject}`;
  const path = resolve(folder, named.file);
  try {
    const stats = await files.stat(path);
    const isFolder = stats.isDirectory();
    if (named.kind === 'file' && isFolder) flag(named.path, `${what} is a folder`, 'name the file in it');
    else if (named.kind === 'file' && !stats.isFile())
      flag(named.path, `${what} is ${kindOf(stats)}, not a regular file`, 'name a regular file');
    if (named.kind === 'folder' && !isFolder)
      flag(named.path, `${what} is not a folder`, `write ${named.what}: ${dirname(named.file)}`);
  } catch (thrown) {
    const reason = reasonOf(thrown).replace('file', named.kind);
    flag(
      named.path,
      `cannot read ${what}: ${reason}`,
      missingHint(named.file, relative(folder, path), values),
    );
  }
}

/** A path that only a shell would understand, as it must be written. @param shown relative to the config */
function missingHint(file: string, shown: string, values: Values): string {
  const [start = '', name = ''] = /^(?:~(?=\/|$)|\$([A-Za-z_]\w*))/.exec(file) ?? [];
  const whole = start === '' ? undefined : values[name === '' ? 'HOME' : name];
  if (whole !== undefined) return `write ${whole}${file.slice(start.length)}: ${start} is not replaced here`;
  if (start !== '') return `write the whole path: ${start} is not replaced here`;
  return `create ${shown}, or correct the path: it is relative to this file`;
}

/** @param folder where paths in raw Compose keys begin */
function namedFiles(entry: Entry, folder: string): NamedFile[] {
  switch (entry.kind) {
    case 'container':
      return [...envFiles(entry), ...dockerfiles(entry, folder), ...secretFiles(entry)];
    case 'native':
      return [...envFiles(entry), ...workFolders(entry)];
    case 'remote':
      return [...oauthFiles(entry), ...authorityFiles(entry)];
    case 'builtin':
      return [];
  }
}

function envFiles({ input: { envFile = [] } }: EntryOf<'container' | 'native'>): NamedFile[] {
  return [envFile].flat().map((file, index) => ({
    path: Array.isArray(envFile) ? ['envFile', index] : ['envFile'],
    file,
    what: 'envFile',
    kind: 'file',
  }));
}

function dockerfiles(entry: EntryOf<'container'>, folder: string): NamedFile[] {
  const spec = buildSpec(entry, folder);
  // A check of the keys reports file:// URLs.
  if (spec === undefined || spec.isRemote || /\/file:\//.test(spec.context)) return [];
  const { keyPath, dockerfile } = spec;
  const shown = relative(entry.source.folder, dockerfile);
  const what = keyPath[0] === 'dockerfile' ? 'dockerfile' : `Dockerfile (${shown})`;
  return [{ path: keyPath, file: dockerfile, what, kind: 'file' }];
}

function secretFiles({ input: { secrets = {} } }: EntryOf<'container'>): NamedFile[] {
  return Object.entries(secrets).flatMap(([name, secret]): NamedFile[] =>
    'file' in secret
      ? [{ path: ['secrets', name, 'file'], file: secret.file, what: `secret "${name}"`, kind: 'file' }]
      : [],
  );
}

function workFolders({ input: { workdir } }: EntryOf<'native'>): NamedFile[] {
  if (workdir === undefined) return [];
  return [{ path: ['workdir'], file: workdir, what: 'workdir', kind: 'folder' }];
}

function oauthFiles({ input: { oauth = {} } }: EntryOf<'remote'>): NamedFile[] {
  return (['privateKey', 'assertion'] as const).flatMap((key): NamedFile[] => {
    const source = oauth[key];
    return source && 'file' in source
      ? [{ path: ['oauth', key, 'file'], file: source.file, what: `oauth.${key}`, kind: 'file' }]
      : [];
  });
}

function authorityFiles({ input: { tls } }: EntryOf<'remote'>): NamedFile[] {
  return tls ? [{ path: ['tls', 'ca'], file: tls.ca, what: 'tls.ca', kind: 'file' }] : [];
}
