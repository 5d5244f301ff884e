/** Runs `hive` from a checkout: with its own packages, build and Node 24. */
import { start } from '../scripts/start.mjs';

export const run = () => start('dist/main.js', process.argv.slice(2), { needsBuild: true });
