/** All proofs by name. The names of the three tables differ: requirements.test.ts sees to it. */
import { LEGACY_PROOFS } from './legacy-proofs.ts';
import { MODERN_PROOFS } from './modern-proofs.ts';
import { PAIRING_PROOFS } from './pairing-proofs.ts';

export const PROOFS = { ...LEGACY_PROOFS, ...MODERN_PROOFS, ...PAIRING_PROOFS } as const;
