/** Reasons of survivors: every other bound. */
import type { Reasons } from './because.ts';

export const BOUNDS: Reasons = {};
