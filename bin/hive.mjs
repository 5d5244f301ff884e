#!/usr/bin/env node
/** The command `hive`. */
import { start } from '../scripts/start.mjs';

await start('dist/main.js', process.argv.slice(2), { needsBuild: true });
