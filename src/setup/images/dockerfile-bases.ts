/**
 * The images that building this Dockerfile takes from elsewhere: `FROM`, `COPY --from`, `RUN --mount=from=` and the
 * `# syntax=` frontend, with ARG defaults and `buildArgs` put in; its own stages and `scratch` are left out. In order, each once.
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
    for (const image of images) if (isElsewhere(image, stages)) bases.add(image);
    const stage = stageName(instruction);
    if (stage) stages.add(stage);
  }
  return [...bases];
}

/** Neither an earlier stage, by name or number, nor nothing at all. */
function isElsewhere(image: string, stages: ReadonlySet<string>): boolean {
  return !stages.has(image.toLowerCase()) && !/^\d*$/.test(image);
}

interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

const HEREDOC = /(?<!<)<<-?["']?([A-Za-z_]\w*)["']?/g;

/** Whole instructions: continued lines joined, comments and the bodies of heredocs dropped. */
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

/** The ARGs before the first FROM: the only ones that image names may use. */
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

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`, as Dockerfiles have them. */
function expand(text: string, args: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g, (_, plain, braced, sign, other = '') => {
    const value = args.get(plain ?? braced) ?? '';
    if (sign === '+') return value ? other : '';
    return value || (sign === '-' ? other : '');
  });
}
