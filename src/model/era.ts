/** Generations of the protocol. */

/** `legacy`: 2024-11-05 to 2025-11-25, which begin with `initialize`. `modern`: 2026-07-28, stateless. */
export type Era = 'legacy' | 'modern';

/** The newest version that begins with `initialize`. */
export const LATEST_LEGACY = '2025-11-25';

/** Every version that begins with `initialize`, the oldest first; a test holds them as literals. */
export const LEGACY_VERSIONS: readonly string[] = ['2024-11-05', '2025-03-26', '2025-06-18', LATEST_LEGACY];
