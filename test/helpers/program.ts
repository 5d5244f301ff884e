import { join } from 'node:path';

/** What is tested as users run it: `npm test` builds it first, a single file run by hand takes the sources. */
export const MAIN = join(import.meta.dirname, '../..', process.env.HIVE_TEST_PROGRAM ?? 'src/main.ts');
