/** A requirement: a sentence of the specification, the pairings of eras to which it applies, and the tests that prove it in each. */
import type { PROOFS } from './proofs.ts';

/** Client by server, L is legacy (up to 2025-11-25), M is modern (2026-07-28): `LM` is a legacy client in front of a modern server. */
export const PAIRS = ['LL', 'ML', 'LM', 'MM'] as const;
export type Pair = (typeof PAIRS)[number];
export type Revision = '2025-11-25' | '2026-07-28';
export type Side = 'client' | 'upstream';
export type Key = keyof typeof PROOFS;

/** Why a pairing has no proof: the sentence cannot apply to it (`never`), or it applies and is not proved or not met (`gap`). */
export type Without = { readonly never: string } | { readonly gap: string };

/**
 * - One or more names: the sentence binds one end alone, whatever the era of the other, and the tests check that end.
 * - `ends`: the sentence involves both ends, and each test proves it in all of the row's pairings, through the whole gateway.
 * - By pairing: the sentence involves both ends, and each pairing has its own tests, or a reason to have none.
 */
export type Proved =
  | Key
  | readonly Key[]
  | { readonly ends: Key | readonly Key[] }
  | Readonly<Partial<Record<Pair, Key | readonly Key[] | Without>>>;

export type Row = readonly [id: string, section: string, level: Level, text: string, proved: Proved];
type Level = 'MUST' | 'SHOULD' | 'described';

/** Test file, test name as written there, and for tests through the whole gateway the pairings that they run. */
export type Proof = readonly [file: string, test: string, pairs?: readonly Pair[]];

export interface Requirement {
  /** 2025-11-25 stands for all legacy revisions; the text mentions where an older one differs. */
  readonly revision: Revision;
  readonly side: Side;
  readonly id: string;
  readonly section: string;
  readonly level: Level;
  readonly text: string;
  /** True if the sentence binds one end alone. */
  readonly isAlone: boolean;
  /** By pairing to which it applies. */
  readonly proofs: Readonly<Partial<Record<Pair, readonly Key[] | Without>>>;
}

/** Pairings in which the gateway has the revision's era on that side. */
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

/** A sentence of the specification that is not proved, or not met. */
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
