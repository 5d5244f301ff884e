/** What the legacy revisions, 2025-11-25 above all, demand of the gateway, and the test that proves each. */
import { LEGACY_PROOFS } from './legacy-proofs.ts';
import { LEGACY_CLIENT, LEGACY_UPSTREAM, type LegacyRow } from './legacy-rows.ts';
import type { Requirement } from './requirements.ts';

const required =
  (sides: Requirement['sides']) =>
  ([id, section, level, text, proof]: LegacyRow): Requirement => ({
    revision: '2025-11-25',
    id,
    section,
    level,
    text,
    sides,
    proof: LEGACY_PROOFS[proof].join(' :: '),
  });

export const LEGACY_REQUIREMENTS: readonly Requirement[] = [
  ...LEGACY_CLIENT.map(required('client')),
  ...LEGACY_UPSTREAM.map(required('upstream')),
];
