/** Bytes as text, one Latin-1 character for each byte: the form in which inputs are kept in JSON. */
import fc from 'fast-check';

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
/** UTF-8 bytes of a text, as a text of bytes. */
export const utf8Text = (text: string): string => textOf(Buffer.from(text));

/** Changes of a text at a place: removal, insertion, repetition. */
interface Mutation {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
  readonly times: number;
}

/** @param pieces what is inserted */
export const mutations = (pieces: fc.Arbitrary<string>, maxLength = 4): fc.Arbitrary<Mutation[]> =>
  fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
      insert: pieces,
      times: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(3_000) }),
    }),
    { maxLength },
  );

export function mutate(text: string, changes: readonly Mutation[]): string {
  let changed = text;
  for (const { at, remove, insert, times } of changes) {
    const where = at % (changed.length + 1);
    changed = changed.slice(0, where) + insert.repeat(times) + changed.slice(where + remove);
  }
  return changed;
}

/** Places at which bytes are cut into chunks: nowhere, everywhere, or at some. */
export type Cuts = 'nowhere' | 'everywhere' | readonly number[];

export const cuts: fc.Arbitrary<Cuts> = fc.oneof(
  fc.constant<Cuts>('nowhere'),
  fc.constant<Cuts>('everywhere'),
  fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
);

export function chunksOf(bytes: Buffer, where: Cuts): Buffer[] {
  if (where === 'nowhere') return [bytes];
  const points = where === 'everywhere' ? bytes.keys() : where.map((at) => at % (bytes.length + 1));
  const sorted = [...new Set([0, ...points, bytes.length])].sort((a, b) => a - b);
  // Copies: the framer frees chunks that it owns.
  return sorted.slice(1).map((end, index) => Buffer.from(bytes.subarray(sorted[index], end)));
}
