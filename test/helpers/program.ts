/** The program under test. */
import { join } from 'node:path';

/** The program under test: the build in `npm test`, the sources if a single test file is run by hand. */
export const MAIN = join(import.meta.dirname, '../..', process.env.HIVE_TEST_PROGRAM ?? 'src/main.ts');
