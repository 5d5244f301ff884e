/** Checks the text of a config file that is not written yet, and leaves out the entries that are refused. */
import { dirname } from 'node:path';
import { checkFile } from '../../config/load.ts';
import { ConfigError, type Problem, renderProblems } from '../../config/source/diagnostics.ts';
import { FileReader } from '../../files/file-reader.ts';
import type { Values } from '../../model/references.ts';

interface DraftToCheck {
  /** Absolute path of the file to be. */
  readonly target: string;
  readonly values: Values;
  /** The text with these entries as comments, each with the reason. */
  textWith(refused: ReadonlyMap<string, string>): string;
}

interface CheckedDraft {
  readonly text: string;
  readonly serverNames: readonly string[];
  readonly unset: readonly string[];
  /** What is refused and why, and problems that no entry has by itself. */
  readonly problems: readonly string[];
}

/** Reads the draft in place of the file that is not there. */
class DraftReader extends FileReader {
  readonly #path: string;
  readonly #text: string;

  constructor(path: string, text: string) {
    super();
    this.#path = path;
    this.#text = text;
  }

  override async bytes(path: string, maxBytes: number): Promise<Buffer> {
    return path === this.#path ? Buffer.from(this.#text) : super.bytes(path, maxBytes);
  }
}

/** Each round refuses an entry at least, or is the last one. */
export async function checkDraft({ target, values, textWith }: DraftToCheck): Promise<CheckedDraft> {
  const refused = new Map<string, string>();
  const refusals = (): string[] => [...refused].map(([name, why]) => `${name} is only a comment: ${why}`);
  for (;;) {
    const text = textWith(refused);
    try {
      const { stack, unset } = await checkFile(target, values, new DraftReader(target, text));
      const names = stack.servers.map(({ serverName }) => serverName);
      const variables = stack.servers.flatMap((server) => server.unset.map(({ variable }) => variable));
      const other = unset.filter(({ code }) => code === undefined);
      const problems = [...refusals(), ...other.map((problem) => shown([problem], target))];
      return { text, serverNames: names, unset: [...new Set(variables)], problems };
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
      const before = refused.size;
      for (const [name, why] of reasons(thrown.problems)) refused.set(name, refused.get(name) ?? why);
      if (refused.size > before) continue;
      return { text, serverNames: [], unset: [], problems: [shown(thrown.problems, target)] };
    }
  }
}

/** Why entries are refused, by name. */
function reasons(problems: readonly Problem[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { keyPath, message, hint } of problems) {
    const name = /^servers\.([\w-]+)/.exec(keyPath)?.[1];
    if (name !== undefined && !found.has(name)) found.set(name, `${message} (${hint})`);
  }
  return found;
}

const shown = (problems: readonly Problem[], target: string): string =>
  renderProblems({ problems, total: problems.length }, dirname(target));
