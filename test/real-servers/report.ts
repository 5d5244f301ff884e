/** The table of a run: what each server offers alone, and whether it is the same behind Hive. */
import type { Observed } from './observe.ts';
import type { RealServer } from './servers.ts';

export interface Row {
  readonly server: RealServer;
  readonly alone: Observed | Error;
  readonly native: Observed | Error | undefined;
  readonly contained: Observed | Error | undefined;
}

interface Cell {
  readonly isGood: boolean;
  readonly text: string;
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Prints what differs, for whoever looks for the cause. */
export function explain({ server, alone, native, contained }: Row): void {
  if (alone instanceof Error) return;
  for (const behind of [native, contained]) {
    if (behind === undefined || behind instanceof Error) continue;
    for (const [what, text] of alone) {
      if (behind.get(what) === text) continue;
      say(
        `${server.name} ${what}\n  alone:  ${text.slice(0, 600)}\n  behind: ${behind.get(what)?.slice(0, 600)}`,
      );
    }
  }
}

/** The table in Markdown, and a line with the sum. */
export function table(rows: readonly Row[]): string[] {
  return [
    '| server | version | alone: tools, resources, templates, prompts | native | container |',
    '|---|---|---|---|---|',
    ...rows.map((row) => {
      const { server, alone } = row;
      const [first, second] = cellsOf(row).map(({ text }) => text);
      return `| ${server.package} | ${server.version} | ${offered(alone, server)} | ${first} | ${second} |`;
    }),
    '',
    `${rows.length} servers, ${differences(rows)} differences`,
  ];
}

/** How often a server that works alone does not work, or not in the same way, behind Hive. */
export const differences = (rows: readonly Row[]): number =>
  rows.flatMap(cellsOf).filter(({ isGood }) => !isGood).length;

const cellsOf = ({ alone, native, contained }: Row): Cell[] =>
  [native, contained].map((behind) => compared(alone, behind));

function offered(alone: Observed | Error, { fails }: RealServer): string {
  if (alone instanceof Error) return `fails: ${fails ?? alone.message.slice(0, 120)}`;
  return [...alone]
    .flatMap(([what, text]) => (what.startsWith('call ') ? [] : [JSON.parse(text).length]))
    .join('/');
}

function compared(alone: Observed | Error, behind: Observed | Error | undefined): Cell {
  if (behind === undefined) return { isGood: true, text: '' };
  if (alone instanceof Error)
    return { isGood: true, text: behind instanceof Error ? 'fails too' : 'answers' };
  if (behind instanceof Error) return { isGood: false, text: `FAILS: ${behind.message.slice(0, 200)}` };
  const different = [...alone].filter(([what, text]) => behind.get(what) !== text).map(([what]) => what);
  if (different.length === 0) return { isGood: true, text: `equal (${alone.size})` };
  return { isGood: false, text: `DIFFERENT: ${different.join(', ')}` };
}
