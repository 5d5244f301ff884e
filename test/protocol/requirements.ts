/** All requirements of the specification for the gateway, of both eras and on both sides. */
import { LEGACY_GAPS } from './legacy-gaps.ts';
import { LEGACY_CLIENT, LEGACY_UPSTREAM } from './legacy-rows.ts';
import { MODERN_CLIENT } from './modern-client-rows.ts';
import { MODERN_GAPS } from './modern-gaps.ts';
import { MODERN_UPSTREAM } from './modern-server-rows.ts';
import { type Gap, type Pair, type Requirement, requirement } from './requirement.ts';

export const REQUIREMENTS: readonly Requirement[] = [
  ...MODERN_CLIENT.map(requirement('2026-07-28', 'client')),
  ...MODERN_UPSTREAM.map(requirement('2026-07-28', 'upstream')),
  ...LEGACY_CLIENT.map(requirement('2025-11-25', 'client')),
  ...LEGACY_UPSTREAM.map(requirement('2025-11-25', 'upstream')),
];

/** Requirements that lack a proof in one pairing. */
const HALF: readonly Gap[] = REQUIREMENTS.flatMap(({ proofs, isAlone: _, ...rest }) =>
  Object.entries(proofs).flatMap(([pair, proved]) =>
    'gap' in proved ? [{ ...rest, pairs: [pair as Pair], why: proved.gap }] : [],
  ),
);

/** Requirements that no test proves, each with the reason. */
export const GAPS: readonly Gap[] = [...MODERN_GAPS, ...LEGACY_GAPS, ...HALF];
