/**
 * Measures how the gateway scales: `node bench/scale.mjs [--quick] [sessions] [servers] [tools]`. Memory, reload time and latency as
 * the number of sessions, servers and tools grows; written to results/. The cost per item must not rise from step to step.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startClient } from './measure.mjs';
import { killAll } from './processes.mjs';
import { describeRun, isConfined } from './report.mjs';
import { serversCurve, sessionsCurve, TOOLS_EACH, toolsCurve } from './scale/curves.mjs';

const isQuick = process.argv.includes('--quick');
const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const CURVES = [
  { name: 'sessions', title: 'sessions, one server', curve: sessionsCurve },
  { name: 'servers', title: `servers with ${TOOLS_EACH} tools each`, curve: serversCurve },
  { name: 'tools', title: 'tools of one server', curve: toolsCurve },
];
const STEPS = isQuick
  ? { sessions: [0, 20], servers: [1, 3], tools: [20, 40] }
  : {
      sessions: [0, 10, 100, 250, 500, 1000],
      servers: [1, 10, 25, 50, 100],
      tools: [20, 100, 500, 1000, 2000],
    };

const endings = [];
const client = startClient();
const context = {
  client,
  callMs: isQuick ? 100 : 1_000,
  // V8 returns unused memory only when idle.
  pause: isQuick ? 100 : 3_000,
  atEnd: (end) => endings.push(end),
};
try {
  const about = describeRun({});
  const parts = [];
  for (const { name, title, curve } of CURVES)
    if (asked.length === 0 || asked.includes(name))
      parts.push(`## By ${title}`, table(await curve({ ...context, steps: STEPS[name] })));
  const head = `# Scale: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}`;
  const text = [head, `${about.machine}; Node ${about.node}.`, ...parts].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (!isQuick) write(about, text);
} finally {
  client.close();
  for (const end of endings) await end();
  killAll();
}

function write({ date, commit }, text) {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `scale-${date.slice(0, 10)}-${commit}${isConfined() ? '-1-core' : ''}.md`),
    `${text}\n`,
  );
}

function table(rows) {
  const names = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(names), line(names.map(() => '--:')), ...rows.map((row) => line(Object.values(row)))].join(
    '\n',
  );
}
