import fc from 'fast-check';

/** What fails must fail again for whoever looks into it: the same values in every run, and others by HIVE_FUZZ_SEED=… */
export const SEED = Number(process.env.HIVE_FUZZ_SEED ?? 1_114);

fc.configureGlobal({ seed: SEED });
