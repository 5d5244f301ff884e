/**
 * Every section of the specification with MUST or SHOULD: the number of such sentences, and how many of them bind a gateway, or
 * why none needs a row. `described` rows may name other sections.
 */
import { LEGACY_SECTIONS } from './legacy-sections.ts';
import { MODERN_SECTIONS } from './modern-sections.ts';
import type { Revision } from './requirement.ts';

export const REASONS = {
  again: 'they repeat another section, which has the row',
  passed: 'they bind the content of messages, which pass through unchanged',
  person: 'they bind the host application',
  issuer: 'they bind authorization servers',
  general: 'they are introductions, or about the specification as a whole',
  unused: 'they bind features that Hive lacks: custom transports, cached results',
} as const;
export type Reason = keyof typeof REASONS;

export type Section = readonly [section: string, sentences: number, bound: number | Reason];

export const SECTIONS: Readonly<Record<Revision, readonly Section[]>> = {
  '2026-07-28': MODERN_SECTIONS,
  '2025-11-25': LEGACY_SECTIONS,
};
