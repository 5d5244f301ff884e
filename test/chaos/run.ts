/**
 * npm run chaos [-- --minutes 20 --kills 100 --clients 8 --seed N --engine machine|own|none]
 * npm run chaos -- --self-test [--only PART-OF-A-NAME]
 *
 * A short run for one problem: --rounds N in place of minutes and kills, --act NAME and --fault NAME for what clients and
 * the run prefer, --until PATTERN for the problem that ends it.
 */
import { parseArgs } from 'node:util';
import { removeGuarded } from '../helpers/watchdog.ts';
import { onBreakOff } from './break-off.ts';
import { renderReport } from './report.ts';
import { soak } from './soak.ts';
import { verdict } from './verdict.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    kills: { type: 'string', default: '100' },
    clients: { type: 'string', default: '8' },
    engine: { type: 'string', default: 'machine' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rounds: { type: 'string' },
    act: { type: 'string', multiple: true, default: [] },
    fault: { type: 'string', multiple: true, default: [] },
    until: { type: 'string' },
    'self-test': { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const { engine, seed } = values;
const log = (text: string): void => void process.stdout.write(`${text}\n`);
const brokenOff = new AbortController();
const work = values['self-test'] ? selfTest(brokenOff.signal) : run();
const isBrokenOff = onBreakOff(async () => {
  brokenOff.abort();
  // A run goes on until the process ends; the self-test waits for its own run.
  if (values['self-test']) await work.catch(() => {});
  await removeGuarded();
}, log);
process.exitCode = await work.catch((error) => {
  if (!isBrokenOff()) throw error;
  return 1;
});

async function run(): Promise<number> {
  if (engine !== 'machine' && engine !== 'own' && engine !== 'none')
    throw new Error(`no such engine: ${engine}`);
  log(`seed ${seed}: replay with npm run chaos -- --engine ${engine} --seed ${seed}`);
  const report = await soak({
    seed: Number(seed),
    seconds: Number(values.minutes) * 60,
    kills: Number(values.kills),
    clients: Number(values.clients),
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
    focus: {
      acts: values.act,
      faults: values.fault,
      until: values.until === undefined ? undefined : new RegExp(values.until),
    },
    where: engine,
    log,
  });
  log(renderReport(report));
  const problems = report.found ?? verdict(report);
  for (const problem of problems) log(problem);
  log(problems.length === 0 ? 'passed' : `failed: ${problems.length} problems`);
  const exitCode = problems.length === 0 ? 0 : 1;
  if (report.found) process.exit(exitCode);
  return exitCode;
}

async function selfTest(signal: AbortSignal): Promise<number> {
  const { testItself } = await import('./self-test/self-test.ts');
  return testItself(log, values.only, signal);
}
