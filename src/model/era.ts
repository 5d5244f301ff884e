/** `legacy`: 2024-11-05 to 2025-11-25, with `initialize`. `modern`: 2026-07-28, stateless. */
export type Era = 'legacy' | 'modern';
