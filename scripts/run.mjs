/** Entry of `npm run up`, `npm test`, `npm run bench`, `npm run chaos` and `npm run real-servers`: works on any Node from 18 on, in a fresh clone. */
import { start } from './start.mjs';

const [verb, ...args] = process.argv.slice(2);
if (verb === 'test') await start('scripts/test.mjs', args, { needsBuild: true });
else if (verb === 'bench') await start('bench/bench.mjs', args, { needsBuild: true });
else if (verb === 'chaos') await start('test/chaos/run.ts', args, { needsBuild: true });
else if (verb === 'real-servers') await start('test/real-servers/run.ts', args, { needsBuild: true });
else await start('dist/main.js', verb === undefined ? [] : [verb, ...args], { needsBuild: true });
