/** Recognizes commands that install a package, or pull an image, before they run it. */
import { firstWord } from './first-word.ts';

export interface PackageRunner {
  readonly tool: 'npx' | 'bunx' | 'pnpm' | 'yarn' | 'uv' | 'pipx' | 'dnx' | 'docker';
  /** The package or image, for people. */
  readonly what: string;
}

/** Programs with the words that make them run a package; without words they always do. */
const RUNNERS: Readonly<Record<string, readonly (readonly [words: string, tool: PackageRunner['tool']])[]>> =
  {
    npx: [['', 'npx']],
    npm: [
      ['exec', 'npx'],
      ['x', 'npx'],
    ],
    pnpx: [['', 'pnpm']],
    pnpm: [
      ['dlx', 'pnpm'],
      ['dx', 'pnpm'],
    ],
    yarn: [['dlx', 'yarn']],
    bunx: [['', 'bunx']],
    bun: [['x', 'bunx']],
    uvx: [['', 'uv']],
    uv: [
      ['tool run', 'uv'],
      ['run', 'uv'],
    ],
    pipx: [['run', 'pipx']],
    dnx: [['', 'dnx']],
    dotnet: [['tool exec', 'dnx']],
    docker: [
      ['run', 'docker'],
      ['container run', 'docker'],
    ],
    podman: [
      ['run', 'docker'],
      ['container run', 'docker'],
    ],
  };

/** Options whose value is the package. */
const PACKAGE_OPTION = /^(?:-p|--package|--from|--spec)$/;

/** Options that take the next word as their value, of any of the programs. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  ...['-c', '--call', '-w', '--workspace', '--prefix', '--cache', '--registry', '--userconfig', '--loglevel'],
  ...['--with', '--with-editable', '--with-requirements', '--python', '--index', '--index-url', '-i'],
  ...['--default-index', '--extra-index-url', '--directory', '--project', '--extra', '--group'],
  ...['--pip-args', '--source', '--version', '--allow-read', '--config'],
]);

/** Undefined for a command that runs what is installed already. */
export function packageRunner(command: string, args: readonly string[]): PackageRunner | undefined {
  const program = (command.split(/[/\\]/).at(-1) ?? '').replace(/\.(?:exe|cmd)$/i, '');
  for (const [words, tool] of RUNNERS[program] ?? []) {
    const rest = wordsAfter(args, words === '' ? [] : words.split(' '));
    if (rest === undefined) continue;
    // Options of `docker run` have too many values to tell the image from them.
    const what = tool === 'docker' ? 'its image' : packageIn(rest);
    if (what !== undefined) return { tool, what };
  }
  return undefined;
}

/** The arguments behind these words, which options may precede. */
function wordsAfter(args: readonly string[], words: readonly string[]): readonly string[] | undefined {
  let rest = args;
  for (const word of words) {
    const at = firstWord(rest, WITH_VALUE);
    if (rest[at] !== word) return undefined;
    rest = rest.slice(at + 1);
  }
  return rest;
}

function packageIn(args: readonly string[]): string | undefined {
  for (const [index, word] of args.entries()) {
    if (PACKAGE_OPTION.test(word)) return args[index + 1];
    const [, value] = /^(?:--package|--from|--spec)=(.+)$/.exec(word) ?? [];
    if (value !== undefined) return value;
    if (!word.startsWith('-')) break;
  }
  return args[firstWord(args, WITH_VALUE)];
}
