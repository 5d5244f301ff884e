/** Fields of a log line: members of JSON, or `key=value` pairs (logfmt). */

/** True if the field has this value, written as text. */
export function hasField(text: string, path: readonly string[], value: string): boolean {
  const start = text.indexOf('{');
  return (start >= 0 && hasMember(text.slice(start), path, value)) || hasPair(text, path.join('.'), value);
}

function hasMember(json: string, path: readonly string[], value: string): boolean {
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    return false;
  }
  if (isValue(memberOf(found, [path.join('.')]), value)) return true;
  return isValue(memberOf(found, path), value);
}

function memberOf(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

function isValue(found: unknown, value: string): boolean {
  if (Array.isArray(found)) return found.some((it) => isValue(it, value));
  const isPlain = typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean';
  return found === null ? value === 'null' : isPlain && String(found) === value;
}

/** `key=value` as a whole word; the value may stand in quotes. */
function hasPair(text: string, key: string, value: string): boolean {
  for (const written of [`${key}=${value}`, `${key}="${value}"`, `${key}='${value}'`])
    for (let at = text.indexOf(written); at >= 0; at = text.indexOf(written, at + 1))
      if (isEdge(text[at - 1]) && isEdge(text[at + written.length])) return true;
  return false;
}

const isEdge = (character: string | undefined): boolean =>
  character === undefined || !/[\w.@/-]/.test(character);
