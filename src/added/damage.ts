/** The trouble of a gateway whose file of added servers cannot be read. */
import type { AddedText } from '../config/parse/added.ts';
import type { Stack } from '../model/stack.ts';
import type { Trouble } from '../model/status.ts';

interface Read {
  /** Unix milliseconds. */
  readonly readAt: number;
  readonly stack: Pick<Stack, 'addedDamage'>;
  readonly added: Pick<AddedText, 'path'>;
}

/** Empty for a good file. The next change of an added server keeps a damaged one aside. */
export function damageOf({ readAt: since, stack: { addedDamage }, added: { path } }: Read): Trouble[] {
  if (addedDamage === undefined) return [];
  const reason = `the servers that were added are not served: ${addedDamage}`;
  const hint = `mend ${path} or move it away, and restart the gateway`;
  return [{ about: 'added', code: 'STATE_FAILED', reason, hint, place: { path, line: 1 }, since }];
}
