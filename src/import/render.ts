/** Texts that an import writes: entries in YAML or JSON, and lines of `.env`. */
import { Document, visit } from 'yaml';
import type { Keys } from '../config/foreign/keys.ts';

/** Entries as YAML, indented as below `servers:`. */
export function entriesYaml(servers: ReadonlyMap<string, Keys>, indent: string): string {
  const text = [...servers].map(([name, entry]) => {
    const document = new Document({ [name]: entry });
    visit(document, {
      Seq(_key, list) {
        list.flow = isShort(list.toJSON());
      },
    });
    return document.toString({ lineWidth: 0, flowCollectionPadding: false });
  });
  return text.join('').replace(/^(?=.)/gm, indent);
}

/** Short lists of texts are read more easily on one line. */
function isShort(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object') && JSON.stringify(list).length < 80;
}

/** Members of a JSON object, without a comma behind the last. */
export function entriesJson(servers: ReadonlyMap<string, Keys>, indent: string): string {
  const members = [...servers].map(
    ([name, entry]) => `${JSON.stringify(name)}: ${JSON.stringify(entry, null, 2)}`,
  );
  return members.join(',\n').replace(/^(?=.)/gm, indent);
}

/**
 * One line of `.env`, which Hive and Compose read back as the same value. Single quotes keep everything but
 * themselves and line ends.
 */
export function variableLine(name: string, value: string): string {
  if (/^[\w./:@%+,=~-]*$/.test(value)) return `${name}=${value}\n`;
  if (!/['\n\r\\]/.test(value)) return `${name}='${value}'\n`;
  const escaped = value
    .replace(/[\\"$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `${name}="${escaped}"\n`;
}
