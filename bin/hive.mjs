#!/usr/bin/env node
import { start } from '../scripts/start.mjs';

await start('dist/main.js', process.argv.slice(2), { needsBuild: true });
