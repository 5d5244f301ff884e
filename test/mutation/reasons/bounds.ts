/** Reasons of survivors: every other bound. */
import { because, type Reasons } from './because.ts';

export const BOUNDS: Reasons = {
  'src/runtime/instances/restart-policy.ts': because(
    'a login that is missing is never retried, be it after none or one fast attempt',
    ['1', '0', 'fastFailures: 1,'],
  ),
};
