/** The seed of property tests. */
import fc from 'fast-check';

/** Failures must be repeatable: every run uses the same values; HIVE_FUZZ_SEED=… selects others. */
export const SEED = Number(process.env.HIVE_FUZZ_SEED ?? 1_114);

fc.configureGlobal({ seed: SEED });
