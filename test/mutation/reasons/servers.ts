/** Reasons of survivors: what a server may send. */
import type { Reasons } from './because.ts';

export const SERVERS: Reasons = {};
