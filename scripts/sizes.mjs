/**
 * Measures `src/`: files, functions, comments, folders, imports. Fails if a limit is exceeded; part of `npm run check`.
 *
 *     node scripts/sizes.mjs                                   prints the figures and checks the limits
 *     node scripts/sizes.mjs --root DIR --json FILE            writes the figures of another checkout to a file
 *     node scripts/sizes.mjs --before FILE                     prints a Markdown table: that file beside the current figures
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exceeded } from './size-limits.mjs';
import { measure } from './size-measures.mjs';
import { compared, listed } from './size-report.mjs';

const { values } = parseArgs({
  options: { root: { type: 'string' }, json: { type: 'string' }, before: { type: 'string' } },
});
const { figures, places } = measure(join(values.root ?? join(import.meta.dirname, '..'), 'src'));

if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
else if (values.before) say(compared(JSON.parse(readFileSync(values.before, 'utf8')), figures));
else {
  say(listed(figures));
  const problems = exceeded(figures, places);
  for (const problem of problems) say(problem);
  if (problems.length > 0) process.exitCode = 1;
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}
