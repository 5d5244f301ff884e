/** npm run fuzz [-- --minutes 10 --seed N --target http]: fuzzes every target in turn, or one. */
import { parseArgs } from 'node:util';
import { runTarget } from './campaign.ts';
import { keep } from './kept.ts';
import { watchForStalls } from './stall-watch.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: {
    /** For all targets together. */
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    target: { type: 'string', multiple: true },
  },
});
const log = (text: string): void => void process.stdout.write(`${text}\n`);
const chosen = TARGETS.filter(({ name }) => values.target?.includes(name) ?? true);
if (chosen.length === 0) {
  log(`no such target; there are ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const seed = Number(values.seed);
const share = (Number(values.minutes) * 60_000) / chosen.length;
let failures = 0;
for (const target of chosen) if (!(await fuzz(target))) failures++;
log(failures === 0 ? 'passed' : `failed: ${failures} of ${chosen.length} targets`);
process.exitCode = failures === 0 ? 0 : 1;

/** True if no input failed. */
async function fuzz(target: Target): Promise<boolean> {
  log(`${target.name}: seed ${seed}, ${Math.round(share / 1000)} s`);
  const watch = watchForStalls(target.name);
  const { executions, failure } = await runTarget(target, { seed, until: Date.now() + share }, watch.onInput);
  await watch.stop();
  log(`${target.name}: ${executions} inputs${failure ? '' : ', none failed'}`);
  if (!failure) return true;
  const path = keep(
    target.name,
    `seed-${failure.seed}`,
    failure.reason.split('\n', 1)[0] ?? '',
    failure.input,
  );
  log(
    `${failure.reason}\n${target.name}: the input is in ${path}; replay with --target ${target.name} --seed ${failure.seed}`,
  );
  return false;
}
