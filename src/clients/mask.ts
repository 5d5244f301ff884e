/** Leaves out of a client's file what may be secret: comments, and text values that are not Hive's own. */

/** Stands for a value that is left out. */
export const MASK = '***';

type Format = 'json' | 'toml' | 'yaml';

/** The lines of a text, as many as before. @param shown values that stay */
export function maskedLines(text: string, format: Format, shown: ReadonlySet<string>): string[] {
  if (text === '') return [];
  const masked = format === 'yaml' ? maskedYaml(text, shown) : maskedTokens(text, format, shown);
  return masked
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
}

const TOKENS: Readonly<Record<'json' | 'toml', RegExp>> = {
  json: /"(?:[^"\\\n]|\\.)*"(\s*:)?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
  toml: /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*')([ \t]*[=.\]])?|#[^\n]*/g,
};

/** Keys stay, which a colon, a dot or an equals sign follows. */
function maskedTokens(text: string, format: 'json' | 'toml', shown: ReadonlySet<string>): string {
  return text.replace(TOKENS[format], (token, mark: string | undefined) => {
    if (mark !== undefined && !isListEnd(mark)) return token;
    const kept = mark === undefined ? token : token.slice(0, -mark.length);
    if (/^(?:\/[/*]|#)/.test(token)) return `${token.slice(0, token[0] === '#' ? 1 : 2)} ${hidden(token)}`;
    return `${shown.has(unquoted(kept)) ? kept : `"${hidden(kept)}"`}${mark ?? ''}`;
  });
}

/** `["secret"]` ends a list, `["name"]` a table. Both are hidden: a line does not show which one it is. */
const isListEnd = (mark: string): boolean => mark.trim() === ']';

/** As many line ends as the token has. */
const hidden = (token: string): string => MASK + '\n'.repeat(token.split('\n').length - 1);

function unquoted(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1);
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

const YAML_LINE = /^(\s*(?:- +)*)(?:([\w.-]+|"[^"]*"|'[^']*')(:)(?: +|$))?(.*)$/;

function maskedYaml(text: string, shown: ReadonlySet<string>): string {
  return text
    .split('\n')
    .map((line) => {
      const [, lead = '', key = '', colon = '', value = ''] = YAML_LINE.exec(line.replace(/\r$/, '')) ?? [];
      const gap = colon !== '' && value !== '' ? ' ' : '';
      return `${lead}${key}${colon}${gap}${value === '' || isShown(value, shown) ? value : MASK}`;
    })
    .join('\n');
}

const isShown = (value: string, shown: ReadonlySet<string>): boolean =>
  shown.has(value) || shown.has(unquoted(value)) || /^(?:true|false|\d{1,5}|\{\}|\[\]|---)$/.test(value);

/** The texts of an entry that may be shown: all but those with the token. */
export function shownOf(entry: unknown, token: string | undefined): ReadonlySet<string> {
  const texts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) visit(inner);
  };
  visit(entry);
  for (const text of texts) if (token !== undefined && text.includes(token)) texts.delete(text);
  return texts;
}
