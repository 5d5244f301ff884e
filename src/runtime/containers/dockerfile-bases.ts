/** Finds the images that a Dockerfile builds on. */

/**
 * Images that a build of this Dockerfile needs: `FROM`, `COPY --from`, `RUN --mount=from=` and the `#
 * syntax=` frontend, with ARG defaults and `buildArgs` filled in. Its own stages and `scratch` are left out.
 * In order, each once.
 */
export function dockerfileBases(
  text: string,
  buildArgs: Readonly<Record<string, string>> = {},
): readonly string[] {
  const all = instructions(text);
  const args = globalArgs(all, buildArgs);
  const stages = new Set(['scratch']);
  const syntax = /^#\s*syntax\s*=\s*(\S+)/i.exec(text)?.[1];
  const bases = new Set(syntax ? [syntax] : []);
  for (const instruction of all) {
    const images = imagesOf(instruction).map((name) => expand(name, args));
    for (const image of images) if (isExternal(image, stages)) bases.add(image);
    const stage = stageName(instruction);
    if (stage) stages.add(stage);
  }
  return [...bases];
}

/** False for an earlier stage, by name or number, and for a name that depends on an ARG without a value. */
function isExternal(image: string, stages: ReadonlySet<string>): boolean {
  return !stages.has(image.toLowerCase()) && !/^\d*$/.test(image) && !image.includes('$');
}

interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

const HEREDOC = /(?<!<)<<-?["']?([A-Za-z_]\w*)["']?/g;

/** Whole instructions: continuation lines are joined, comments and the bodies of heredocs dropped. */
function instructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  let openHeredocs: string[] = [];
  const joined = text.replace(/^[ \t]*#.*(?:\r?\n|$)/gm, '').replace(/\\[ \t]*\r?\n/g, ' ');
  for (const line of joined.split(/\r?\n/)) {
    if (openHeredocs.length > 0) {
      if (line.trim() === openHeredocs[0]) openHeredocs = openHeredocs.slice(1);
      continue;
    }
    const [, keyword, rest = ''] = /^\s*(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (!keyword) continue;
    found.push({ keyword: keyword.toUpperCase(), rest });
    openHeredocs = [...rest.matchAll(HEREDOC)].map(([, end = '']) => end);
  }
  return found;
}

function imagesOf({ keyword, rest }: Instruction): string[] {
  if (keyword === 'FROM') {
    const words = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
    return words.slice(0, 1);
  }
  if (keyword !== 'COPY' && keyword !== 'RUN') return [];
  const flags = /^(?:--\S+\s+)*/.exec(rest)?.[0] ?? '';
  return [...flags.matchAll(/(?:--|,|=)from=([^\s,]+)/g)].map(([, image = '']) => image);
}

function stageName({ keyword, rest }: Instruction): string | undefined {
  return keyword === 'FROM' ? /\sas\s+(\S+)$/i.exec(rest)?.[1]?.toLowerCase() : undefined;
}

/** ARGs before the first FROM: no others may be used in image names. */
function globalArgs(
  all: readonly Instruction[],
  buildArgs: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const args = new Map<string, string>();
  for (const { keyword, rest } of all) {
    if (keyword === 'FROM') break;
    if (keyword !== 'ARG') continue;
    for (const [, name = '', value] of rest.matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
      const given =
        (Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined) ?? value?.replace(/^["']|["']$/g, '');
      if (given !== undefined) args.set(name, expand(given, args));
    }
  }
  return args;
}

/**
 * Expands `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`. A reference to an ARG without a value
 * stays.
 */
function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g,
    (reference, plain, braced, sign, other = '') => {
      const value = args.get(plain ?? braced);
      if (sign === '+') return value ? other : '';
      return value || (sign === '-' ? other : (value ?? reference));
    },
  );
}
