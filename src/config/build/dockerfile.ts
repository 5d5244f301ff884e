/** Finds the files that a Dockerfile reads from its build context. */

const HEREDOC = /<<-?\s*["']?(\w+)["']?/g;

/**
 * Context paths that COPY and ADD name, relative and without trailing slash; `undefined` if any file may be
 * read, because of patterns, variables or bind mounts. Other stages, URLs and here-documents are not part of
 * the context.
 */
export function contextSources(dockerfile: string): readonly string[] | undefined {
  const sources: string[] = [];
  for (const instruction of instructions(dockerfile)) {
    if (/^RUN\s/i.test(instruction) && mountsContext(instruction)) return undefined;
    const copied = /^(?:COPY|ADD)\s+(.*)$/is.exec(instruction)?.[1];
    if (copied !== undefined) sources.push(...copySources(copied));
  }
  const plain = sources.map((source) => source.replace(/^(\.?\/)+|\/+$/g, ''));
  return plain.some((source) => source === '' || source === '.' || /[*?[$\\]|\.\./.test(source))
    ? undefined
    : plain;
}

function* instructions(dockerfile: string): Generator<string> {
  const lines = dockerfile.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    if (/^\s*(#|$)/.test(lines[index] ?? '')) continue;
    let text = (lines[index] ?? '').trim();
    while (text.endsWith('\\') && index + 1 < lines.length) {
      const next = lines[++index] ?? '';
      if (!/^\s*#/.test(next)) text = `${text.slice(0, -1)} ${next.trim()}`;
    }
    yield text;
    index = skipHeredocs(lines, index, text);
  }
}

function skipHeredocs(lines: readonly string[], from: number, text: string): number {
  let index = from;
  for (const [, marker] of /^(RUN|COPY|ADD)\s/i.test(text) ? text.matchAll(HEREDOC) : []) {
    const end = lines.findIndex((line, at) => at > index && line.trim() === marker);
    if (end !== -1) index = end;
  }
  return index;
}

function mountsContext(instruction: string): boolean {
  const mounts = [...instruction.matchAll(/--mount=(\S+)/g)].map(([, options]) => options ?? '');
  return mounts.some(
    (options) => !/(^|,)from=/.test(options) && !/(^|,)type=(cache|tmpfs|secret|ssh)/.test(options),
  );
}

function copySources(text: string): string[] {
  const flags = /^(?:--\S+\s+)*/.exec(text)?.[0] ?? '';
  if (/--from=/.test(flags)) return [];
  const rest = text.slice(flags.length).trim();
  const parts = rest.startsWith('[') ? jsonWords(rest) : rest.split(/\s+/);
  return parts.slice(0, -1).filter((part) => !part.startsWith('<<') && !/^(https?:\/\/|git@)/.test(part));
}

function jsonWords(text: string): string[] {
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    return text.split(/\s+/);
  }
}
