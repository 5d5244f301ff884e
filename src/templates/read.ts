/** Reads the templates of folders: `NAME/VERSION.yaml`. */
import { join } from 'node:path';
import type { FileReader } from '../files/file-reader.ts';
import { parseTemplate, TEMPLATE_NAME, TEMPLATE_VERSION, type Template } from './template.ts';

export interface Templates {
  readonly templates: readonly Template[];
  /** Files that are no templates, as sentences. The others count all the same. */
  readonly problems: readonly string[];
}

export interface TemplateFolder {
  readonly path: string;
  readonly origin: Template['origin'];
}

const MAX_TEMPLATE_BYTES = 256 * 1024;
/** Names in a folder, and versions of a template, that are read. */
const MAX_NAMES = 200;

/** Of two with the same name and version, the one of the later folder counts. */
export async function readTemplates(
  folders: readonly TemplateFolder[],
  files: Pick<FileReader, 'list' | 'text'>,
): Promise<Templates> {
  const found = new Map<string, Template>();
  const problems: string[] = [];
  for (const folder of folders)
    for await (const template of inFolder(folder, files, problems))
      found.set(`${template.name}@${template.version}`, template);
  return { templates: [...found.values()], problems };
}

async function* inFolder(
  { path, origin }: TemplateFolder,
  files: Pick<FileReader, 'list' | 'text'>,
  problems: string[],
): AsyncGenerator<Template> {
  for (const name of await namesIn(path, files, problems)) {
    if (!TEMPLATE_NAME.test(name)) continue;
    for (const file of await namesIn(join(path, name), files, problems)) {
      const [, version = ''] = /^(.*)\.ya?ml$/.exec(file) ?? [];
      if (!TEMPLATE_VERSION.test(version)) continue;
      const place = join(path, name, file);
      try {
        yield parseTemplate(await files.text(place, MAX_TEMPLATE_BYTES), { name, version, origin });
      } catch (error) {
        problems.push(`${place} is no template: ${firstLine(error)}`);
      }
    }
  }
}

async function namesIn(
  path: string,
  files: Pick<FileReader, 'list'>,
  problems: string[],
): Promise<readonly string[]> {
  try {
    const names = (await files.list(path)).map((it) => it.name).sort();
    return names.slice(0, MAX_NAMES);
  } catch (error) {
    problems.push(`cannot read ${path}: ${firstLine(error)}`);
    return [];
  }
}

const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';
