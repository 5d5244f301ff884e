/** Reasons of survivors: files and secrets. */
import type { Reasons } from './because.ts';

export const FILES: Reasons = {};
