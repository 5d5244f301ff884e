/** What a requirement is: a sentence of the specification, the pairings of eras it applies to, and the tests that prove it in each. */
import type { PROOFS } from './proofs.ts';

/** Client by server, L is legacy (up to 2025-11-25), M is modern (2026-07-28): `LM` is a legacy client in front of a modern server. */
export const PAIRS = ['LL', 'ML', 'LM', 'MM'] as const;
export type Pair = (typeof PAIRS)[number];
export type Revision = '2025-11-25' | '2026-07-28';
export type Side = 'client' | 'upstream';
export type Key = keyof typeof PROOFS;

/** Why there is no proof: the sentence cannot come up in that pairing, or it can and is not proved (or not kept). */
export type Without = { readonly never: string } | { readonly gap: string };

/**
 * - A name, or several: the sentence binds one end alone, whatever era stands at the other, and the tests look at that end.
 * - `ends`: both ends have a part in it, and one test proves it in each of the row's pairings, through the whole gateway.
 * - By pairing: both ends have a part in it, and each pairing has its own tests, or a reason to have none.
 */
export type Proved =
  | Key
  | readonly Key[]
  | { readonly ends: Key | readonly Key[] }
  | Readonly<Partial<Record<Pair, Key | readonly Key[] | Without>>>;

export type Row = readonly [id: string, section: string, level: Level, text: string, proved: Proved];
type Level = 'MUST' | 'SHOULD' | 'described';

/** Test file and test name, as it is written there; for one that runs the whole gateway, with which pairings. */
export type Proof = readonly [file: string, test: string, pairs?: readonly Pair[]];

export interface Requirement {
  /** 2025-11-25 stands for the legacy revisions; where an older one differs the text says so. */
  readonly revision: Revision;
  readonly side: Side;
  readonly id: string;
  readonly section: string;
  readonly level: Level;
  readonly text: string;
  /** Whether one end alone is bound. */
  readonly isAlone: boolean;
  /** For each pairing it applies to. */
  readonly proofs: Readonly<Partial<Record<Pair, readonly Key[] | Without>>>;
}

/** The pairings in which the gateway has that era on that side. */
export function pairsOf(revision: Revision, side: Side): readonly Pair[] {
  const era = revision === '2026-07-28' ? 'M' : 'L';
  return PAIRS.filter((pair) => pair[side === 'client' ? 0 : 1] === era);
}

const list = (keys: Key | readonly Key[]): readonly Key[] => (typeof keys === 'string' ? [keys] : keys);

const isAlone = (proved: Proved): proved is Key | readonly Key[] =>
  typeof proved === 'string' || Array.isArray(proved);

function proofsIn(pair: Pair, proved: Proved): readonly Key[] | Without {
  if (isAlone(proved)) return list(proved);
  if ('ends' in proved) return list(proved.ends);
  const own = proved[pair] ?? [];
  return typeof own === 'string' || Array.isArray(own) ? list(own) : (own as Without);
}

export const requirement =
  (revision: Revision, side: Side) =>
  ([id, section, level, text, proved]: Row): Requirement => ({
    revision,
    side,
    id,
    section,
    level,
    text,
    isAlone: isAlone(proved),
    proofs: Object.fromEntries(pairsOf(revision, side).map((pair) => [pair, proofsIn(pair, proved)])),
  });

/** A sentence of the specification without proof, or not kept. */
export interface Gap extends Pick<Requirement, 'revision' | 'side' | 'id' | 'section' | 'level' | 'text'> {
  readonly pairs: readonly Pair[];
  readonly why: string;
}

export type GapRow = readonly [id: string, section: string, level: Level, text: string, why: string];

export const gap =
  (revision: Revision, side: Side) =>
  ([id, section, level, text, why]: GapRow): Gap => ({
    revision,
    side,
    id,
    section,
    level,
    text,
    why,
    pairs: pairsOf(revision, side),
  });
