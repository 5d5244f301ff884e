/** npm run chaos [-- --minutes 20 --kills 100 --clients 8 --seed N --engine machine|own] */
import { parseArgs } from 'node:util';
import { renderReport, soak, verdict } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    kills: { type: 'string', default: '100' },
    clients: { type: 'string', default: '8' },
    engine: { type: 'string', default: 'machine' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const log = (text: string): void => void process.stdout.write(`${text}\n`);
log(`seed ${values.seed}: replay with npm run chaos -- --engine ${values.engine} --seed ${values.seed}`);
const report = await soak({
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  kills: Number(values.kills),
  clients: Number(values.clients),
  where: values.engine === 'own' ? 'own' : 'machine',
  log,
});
log(renderReport(report));
const problems = verdict(report);
for (const problem of problems) log(problem);
log(problems.length === 0 ? 'passed' : `failed: ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
