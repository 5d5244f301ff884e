/** All proofs by name. requirements.test.ts checks that the three tables share no name. */
import { LEGACY_PROOFS } from './legacy-proofs.ts';
import { MODERN_PROOFS } from './modern-proofs.ts';
import { PAIRING_PROOFS } from './pairing-proofs.ts';

export const PROOFS = { ...LEGACY_PROOFS, ...MODERN_PROOFS, ...PAIRING_PROOFS } as const;
