/** Shows what would be written, and asks. */
import type { Client } from '../../clients/data/client.ts';
import { diffLines } from '../../clients/diff.ts';
import { canRedraw, lines, type Printable, paint, print } from '../terminal/print.ts';

export interface Consent {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

interface Preview {
  readonly client: Client;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly shown: ReadonlySet<string>;
}

export function showDiff({ client, path, before, after, shown }: Preview): void {
  const head: Printable[] = [paint('bold', `--- ${path}`), paint('bold', `+++ ${path}`)];
  const body = diffLines({ before, after, format: client.format, shown }).map((line) => {
    if (line.startsWith('+')) return paint('green', line);
    return line.startsWith('-') ? paint('red', line) : line;
  });
  print(lines([...head, ...body]));
}

/**
 * False if the user declines, cannot be asked, or wants only to look.
 * @param byDefault the answer of Enter: false for what cannot be undone
 */
export async function mayWrite(
  { yes, dryRun }: Consent,
  question: string,
  byDefault = true,
): Promise<boolean> {
  if (dryRun) return false;
  if (yes) return true;
  if (!canAsk()) {
    print('Not done without --yes.');
    return false;
  }
  const isAgreed = await ask(question, byDefault);
  if (!isAgreed) print('Nothing was changed.');
  return isAgreed;
}

export const canAsk = (): boolean => process.stdin.isTTY === true && canRedraw();

/** @param byDefault what Enter answers */
export async function ask(question: string, byDefault = true): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  return confirm({ message: question, default: byDefault });
}
