/** Text of Prometheus for metrics that are read when somebody asks for them. */

/** A metric with its rows. */
export interface MetricText {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly rows: readonly (readonly [labels: string, value: number])[];
}

/** Empty without rows: a metric that nobody has measured is not there. */
export function metricText({ name, help, type, rows }: MetricText): string {
  if (rows.length === 0) return '';
  const head = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  return `${[...head, ...rows.map(([labels, value]) => `${name}{${labels}} ${value}`)].join('\n')}\n`;
}

/** The value of a label. */
export const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
