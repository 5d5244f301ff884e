/** Renders the figures of a chaos run. */
import { sum, type Tally, VIOLATIONS, type Violation, type Weather } from './ledger.ts';
import type { SoakReport } from './soak.ts';

export function renderReport(report: SoakReport): string {
  const { ledger, growths } = report;
  const most = (pick: (it: (typeof growths)[number]) => number): number => Math.max(0, ...growths.map(pick));
  const violations = (Object.keys(VIOLATIONS) as Violation[]).map(
    (kind) => `${VIOLATIONS[kind]}: ${ledger.violations.get(kind)?.length ?? 0}`,
  );
  return [
    `seed ${report.seed}: ${report.seconds} s, ${report.rounds} rounds, ${report.kills} kills`,
    listed(report.faults),
    `calls: ${ledger.right} right, ${ledger.failed} failed, ${ledger.abandonedCalls} abandoned by their client`,
    listed(ledger.byKind),
    ...(['gentle', 'storm'] as const).map((weather) => tableOf(weather, ledger.tallies(weather))),
    violations.join('; '),
    `not recovered: ${report.lost.length}; left behind: ${report.leftovers.length}`,
    `${growths.length} gateways; the one that grew most: ${(most((it) => it.bytes) / 2 ** 20).toFixed(1)} MiB ` +
      `besides what it keeps for clients (at most ${(most((it) => it.kept) / 2 ** 20).toFixed(1)} MiB), ` +
      `${most((it) => it.descriptors)} open files`,
  ].join('\n');
}

function tableOf(weather: Weather, tallies: ReadonlyMap<string, Tally>): string {
  const causes = new Map<string, number>();
  const rows = [...tallies].map(([name, { right, failed }]) => {
    for (const [cause, count] of failed) causes.set(cause, (causes.get(cause) ?? 0) + count);
    return `${name} ${right}/${sum([...failed.values()])}`;
  });
  return [`${weather}, right/failed: ${rows.join(', ')}`, ...(causes.size > 0 ? [listed(causes)] : [])].join(
    '\n',
  );
}

const listed = (entries: Iterable<readonly [string, number]>): string =>
  [...entries]
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)
    .join('\n');
