#!/usr/bin/env node
/** The command `hive`. */
import { calledAs } from '../scripts/called-as.mjs';
import { start } from '../scripts/start.mjs';

// Hints show commands as they are typed here.
process.env.HIVE_COMMAND = calledAs(process.argv[1] ?? '');

await start('dist/main.js', process.argv.slice(2), { needsBuild: true });
