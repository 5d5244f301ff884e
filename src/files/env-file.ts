/**
 * Parses files of variables (`.env`, `envFile`) as Docker Compose does (compose-go, package dotenv), so that
 * a variable has the same value in Hive, in a container, and under plain `docker compose`.
 */

/** A file that Compose would refuse; `line` is 1-based. The message never quotes a value. */
export class EnvFileError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'EnvFileError';
    this.line = line;
  }
}

/** The value of a variable that is set outside the file. */
type LookUp = (name: string) => string | undefined;

/**
 * The variables of a file, in its order. A line that holds only a name sets nothing, since the variable then
 * comes from the environment. Later lines may refer to earlier ones.
 * @throws EnvFileError
 */
export function parseEnvFile(text: string, lookUp: LookUp = () => undefined): Record<string, string> {
  const parser = new EnvParser(text, lookUp);
  return parser.parse();
}

/** White space within a line, as compose-go has it. */
const SPACES = /[\t\v\f\r \u0085\u00a0]*/y;
const SPACES_AND_COMMENTS = /(?:[[\s\u0085]--\uFEFF]|#[^\n]*)*/vy;
const BOM = '\uFEFF';
/** A character of white space, as Go has it. */
const SPACE = /[[\s\u0085]--\uFEFF]/v;
const EXPORT = /export[\t\v\f\r \u0085\u00a0]+/y;
const ESCAPE = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const ESCAPED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // The interpolation that follows reads `$$` as one `$`.
  $: '$$',
};

const NO_REFERENCE = 'a ${…} in it is no reference that Hive reads: write $$ for the character $';

class EnvParser {
  readonly #text: string;
  readonly #lookUp: LookUp;
  readonly #found: Record<string, string> = Object.create(null);
  #at = 0;

  constructor(text: string, lookUp: LookUp) {
    this.#text = text;
    this.#lookUp = lookUp;
  }

  parse(): Record<string, string> {
    const nul = this.#text.indexOf('\0');
    if (nul !== -1) throw this.#fault('a NUL character cannot stand in a variable', nul);
    // Only there does Compose pass over it.
    if (this.#text.startsWith(BOM)) this.#at = BOM.length;
    for (this.#skip(SPACES_AND_COMMENTS); this.#at < this.#text.length; this.#skip(SPACES_AND_COMMENTS)) {
      const start = this.#at;
      const name = this.#name();
      if (name === undefined) continue;
      const value = this.#value();
      // Compose reads the rest of the file anew for such a name; nothing may depend on it.
      if (name === '') throw this.#fault('a value has no name', start);
      this.#found[name] = value;
    }
    return this.#found;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #fault(message: string, at: number): EnvFileError {
    return new EnvFileError(this.#text.slice(0, at).split('\n').length, message);
  }

  /** Undefined for a name without a value. */
  #name(): string | undefined {
    this.#skip(EXPORT);
    const start = this.#at;
    const end = this.#text.slice(start).search(/[=:\n]/);
    const written = end === -1 ? this.#text.slice(start) : this.#text.slice(start, start + end);
    const name = withoutSpacesAtEnd(written);
    const bad = /[^\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00a0]/u.exec(written);
    if (bad) throw this.#fault(`"${bad[0]}" cannot stand in the name of a variable`, start);
    if (/\s/.test(name)) throw this.#fault('the name of a variable cannot contain a space', start);
    // Compose takes such a name for a value.
    if (end === -1) throw this.#fault('the last line has neither = nor a line end', start);
    this.#at = start + end + 1;
    if (this.#text[start + end] === '\n') return undefined;
    this.#skip(SPACES);
    return name;
  }

  #value(): string {
    const quote = this.#text[this.#at];
    return quote === '"' || quote === "'" ? this.#quoted(quote) : this.#plain();
  }

  #plain(): string {
    const start = this.#at;
    const end = this.#text.indexOf('\n', start);
    const line = this.#text.slice(start, end === -1 ? undefined : end);
    this.#at = start + line.length;
    const comment = line.indexOf(' #');
    const value = withoutSpacesAtEnd(comment === -1 ? line : line.slice(0, comment));
    return this.#interpolate(value, start);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    let value = '';
    for (let at = start + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? '';
      if (character === quote) {
        this.#at = at + 1;
        return quote === '"' ? this.#interpolate(unescaped(value), start) : value;
      }
      value += character;
      if (character !== '\\') continue;
      // Whatever follows a backslash is no end; an escaped quote loses its backslash here.
      const next = this.#text[++at] ?? '';
      value = next === quote ? value.slice(0, -1) + next : value + next;
    }
    throw this.#fault('a quoted value has no end', start);
  }

  #interpolate(text: string, at: number): string {
    if (!text.includes('$')) return text;
    const expression = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^${}]*))?\}|(\{))/g;
    return text.replace(expression, (_whole, dollar, bare, braced, operator = '', operand = '') => {
      if (dollar) return '$';
      const name: string | undefined = bare ?? braced;
      if (name === undefined) throw this.#fault(NO_REFERENCE, at);
      const value = this.#lookUp(name) ?? this.#found[name];
      return this.#substituted(value, operator, operand, at);
    });
  }

  #substituted(value: string | undefined, operator: string, operand: string, at: number): string {
    const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
    if (operator.endsWith('-')) return isSet ? (value ?? '') : operand;
    if (operator.endsWith('+')) return isSet ? operand : '';
    if (operator.endsWith('?') && !isSet) throw this.#fault('a variable that the value needs is not set', at);
    return value ?? '';
  }
}

/** An expression for the whole run would take quadratic time for a run within the text. */
function withoutSpacesAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && SPACE.test(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (match) => {
    const name = match.slice(1);
    if (!name.startsWith('0')) return ESCAPED[name] ?? match;
    const octal = name.slice(1);
    return /^[0-3][0-7]{2}$/.test(octal) ? String.fromCharCode(Number.parseInt(octal, 8)) : `\\${octal}`;
  });
}
