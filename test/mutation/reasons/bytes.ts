/** Reasons of survivors: bytes of messages. */
import type { Reasons } from './because.ts';

export const BYTES: Reasons = {};
