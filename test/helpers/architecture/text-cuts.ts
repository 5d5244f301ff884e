/** Finds places of `src/` that cut a text without a mark: model/text/cut.ts leaves one, by which secrets are hidden. */
import type { Sources } from './tree.ts';

const LENGTH = String.raw`(?:1[3-9]|[2-9]\d|\d{3,}|[A-Z_]*(?:CHARACTERS|BYTES|LENGTH|TEXT|LINE|SHOWN|QUOTED|REASON|NOTE)\b)`;
const CUT = new RegExp(
  String.raw`\.(?:slice|substring|substr)\((?:0, |-)${LENGTH}|\.toString\('(?:utf8|latin1|ascii)', 0, ${LENGTH}`,
  'g',
);
/** Digests are no texts of others. */
const DIGEST = /digest(?:Of)?\([^\n]*\)\s*$/;

/** Files whose cuts no person sees. */
const ALLOWED: Readonly<Record<string, string>> = {
  'model/text/cut.ts': 'cuts, and marks it',
  'catalog/naming.ts': 'names of tools, which must be short, with a digest of what is cut',
  'model/text/public-name.ts': 'the same',
  'runtime/links/commands/install-phase.ts': 'searched for words, never shown',
  'wire/oversize.ts': 'searched for an id; shown by display(), which marks the cut',
  'setup/lock.ts': 'the note of another gateway: read, never shown',
  'config/foreign/names.ts': 'proposes a name for an entry',
  'config/resolve/settings.ts': 'the name of a folder as the name of a stack',
  'config/parse/parse.ts': 'proposes a name for an entry',
  'tools/arguments.ts': 'a number of problems',
};

/** One line for each cut. */
export function textCuts(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) =>
    file in ALLOWED
      ? []
      : [...text.matchAll(CUT)]
          .filter(({ index }) => !DIGEST.test(text.slice(Math.max(0, index - 80), index)))
          .map(
            ({ 0: found, index }) => `src/${file}:${text.slice(0, index).split('\n').length} has ${found}`,
          ),
  );
}
