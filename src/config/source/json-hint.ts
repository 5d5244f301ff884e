/** Fixes as they are typed into a JSON file. */

const BEFORE = '(?<=\\b(?:write|add|use|or|and|with) |`)';
const MAP = '\\{(?:[^{}]|\\{[^{}]*\\})*\\}';
/** `key: value` behind a word that introduces what to write. The value may be a map or list of YAML. */
const PAIR = new RegExp(
  `${BEFORE}([A-Za-z_]\\w*): ?(${MAP}|\\[[^\\]]*\\]|"[^"]*"|\\$\\{\\w+\\}|[^\\s,;\`]+)`,
  'g',
);

/** The fix with keys and texts in quotes. Words in capitals and `…` stand for something else, and stay. */
export function jsonHint(hint: string): string {
  return hint
    .replace(PAIR, (_, key: string, value: string) => `"${key}": ${jsonValue(value)}`)
    .replace(/`servers:`/g, '`"servers"`');
}

function jsonValue(text: string): string {
  if (text.startsWith('{') || text.startsWith('['))
    return text
      .replace(/([{,]\s*)([A-Za-z_]\w*):/g, (_, before: string, key: string) => `${before}"${key}":`)
      .replace(
        /(:\s*|[[,]\s*)([^\s{}[\],"…:][^{}[\],":]*?)(?=\s*[,}\]])/g,
        (_, before: string, word: string) => `${before}${jsonScalar(word)}`,
      );
  return jsonScalar(text);
}

function jsonScalar(word: string): string {
  if (/^(-?\d+(\.\d+)?|true|false|null|…|".*"|[A-Z]+)$/.test(word)) return word;
  return `"${word}"`;
}
