/**
 * Every section of the specification that says MUST or SHOULD: how many such sentences it has, and how many of them bind a gateway, or why
 * none has a row of its own. `described` rows may name other sections.
 */
import { LEGACY_SECTIONS } from './legacy-sections.ts';
import { MODERN_SECTIONS } from './modern-sections.ts';
import type { Revision } from './requirement.ts';

export const REASONS = {
  again: 'they say again what another section says, which has the row',
  passed: 'they bind what servers and clients put into messages, which pass untouched',
  person: 'they bind the application that faces a person or a model',
  issuer: 'they bind authorization servers',
  general: 'they introduce, or speak of the specification as a whole',
  unused: 'they bind what Hive does not do: transports of its own, keeping results',
} as const;
export type Reason = keyof typeof REASONS;

export type Section = readonly [section: string, sentences: number, bound: number | Reason];

export const SECTIONS: Readonly<Record<Revision, readonly Section[]>> = {
  '2026-07-28': MODERN_SECTIONS,
  '2025-11-25': LEGACY_SECTIONS,
};
