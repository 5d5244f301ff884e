/** Keeps the table of a whole run beside those of the benchmarks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface About {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly node: string;
  readonly load: number;
}

const ROOT = join(import.meta.dirname, '../..');

export async function keep(lines: readonly string[]): Promise<void> {
  const { describeRun } = await import(join(ROOT, 'bench/report.mjs'));
  const { date, commit, machine, node, load }: About = describeRun({});
  const text = [
    `# Published servers, alone and behind Hive: ${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}`,
    `\`npm run real-servers\`. ${machine}; Node ${node}; load ${load}; npm and PyPI, no other network.`,
    '`equal (N)`: the four lists and the calls, N answers in all, are the same as alone, but for the order of members and `_meta`.',
    lines.join('\n'),
  ].join('\n\n');
  const name = `real-servers-${date.slice(0, 10)}-${commit}.md`;
  writeFileSync(join(ROOT, 'bench/results', name), `${text}\n`);
}
