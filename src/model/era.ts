/** Generations of the protocol. */

/** `legacy`: 2024-11-05 to 2025-11-25, which begin with `initialize`. `modern`: 2026-07-28, stateless. */
export type Era = 'legacy' | 'modern';
