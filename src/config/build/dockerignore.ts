/**
 * Ignore rules of a build context, in the grammar of .dockerignore: the last match wins, `!` re-includes,
 * `**` crosses folders.
 */

export interface Ignores {
  /** Takes a path relative to the context, written with `/`. */
  has(path: string): boolean;
  /** True if a `!` rule may re-include something below an ignored folder. */
  readonly hasExceptions: boolean;
}

export function parseDockerignore(text: string): Ignores {
  const rules = text.split(/\r?\n/).flatMap(toRule);
  return {
    has: (path) =>
      rules.reduce((ignored, rule) => (rule.matches.test(path) ? rule.isIgnore : ignored), false),
    hasExceptions: rules.some((rule) => !rule.isIgnore),
  };
}

interface Rule {
  readonly matches: RegExp;
  readonly isIgnore: boolean;
}

function toRule(line: string): Rule[] {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const isIgnore = !trimmed.startsWith('!');
  const pattern = (isIgnore ? trimmed : trimmed.slice(1)).trim().replace(/^(\.?\/)+|\/+$/g, '');
  return pattern === '' || pattern === '.'
    ? []
    : [{ matches: new RegExp(`^${toExpression(pattern)}(/.*)?$`), isIgnore }];
}

function toExpression(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|\\.|[^\w/]/g, (token) => {
    if (token === '**/') return '(.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('[') && token.length > 1) return token;
    return `\\${token.at(-1)}`;
  });
}
