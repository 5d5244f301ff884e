/** `hive top`: what servers use, and what they do. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerSamples } from '../../model/watch/usage.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { controlOf } from '../stack/control-of.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { canRedraw, lines, print, printJson } from '../terminal/print.ts';
import { openScreen, type Screen } from '../terminal/screen.ts';
import { ratesBetween, type ServerRates } from './rates.ts';
import { type Size, topLines } from './top-table.ts';

export interface TopOptions extends ConfigOption {
  readonly once?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** The gateway reads at most once a second: after this time the second sample is another one. */
const FIRST_MS = 1_100;
const INTERVAL_MS = 2_000;

interface Shown {
  readonly rates: readonly ServerRates[];
  readonly samples: ServerSamples;
}

/** @param servers empty: all @throws GatewayError SERVER_UNKNOWN, NOT_RUNNING */
export async function top(servers: readonly string[], options: TopOptions): Promise<void> {
  const control = await controlOf(options);
  const sample = () => samplesOf(control, servers);
  try {
    if (options.once || (!options.follow && !canRedraw())) return await showOnce(sample, options);
    if (options.json || !canRedraw()) await showEach(sample, options);
    else await showOnScreen(sample);
  } finally {
    await control.close();
  }
}

type Sample = () => Promise<ServerSamples>;

async function samplesOf(control: ControlClient, servers: readonly string[]): Promise<ServerSamples> {
  return JSON.parse(await control.runOperation('server_samples', { servers }, 'json')) as ServerSamples;
}

async function showOnce(sample: Sample, options: TopOptions): Promise<void> {
  for await (const shown of ratesOver(sample)) return show(shown, options);
}

async function showEach(sample: Sample, options: TopOptions): Promise<void> {
  for await (const shown of ratesOver(sample)) show(shown, options);
}

/** Begins with two samples; goes on until the gateway ends or the caller stops. */
async function* ratesOver(sample: Sample): AsyncGenerator<Shown> {
  let before = await sample();
  for (let waitMs = FIRST_MS; ; waitMs = INTERVAL_MS) {
    await delay(waitMs);
    const samples = await sample();
    yield { rates: ratesBetween(before, samples), samples };
    before = samples;
  }
}

function show({ rates, samples }: Shown, { json }: TopOptions): void {
  const { stack, leftOut, trouble } = samples;
  if (json) printJson({ at: new Date().toISOString(), stack, servers: rates, leftOut, trouble });
  else print(tableOf({ rates, samples }));
}

const tableOf = ({ rates, samples }: Shown, size?: Size) => lines(topLines(rates, notesOf(samples), size));

function notesOf({ leftOut, trouble }: ServerSamples): string[] {
  return [
    ...(leftOut > 0 ? [`${leftOut} servers are left out: name those that you want to see`] : []),
    ...(trouble === undefined ? [] : [`no figures of some containers: ${trouble}`]),
  ];
}

/** Until a person ends it. The terminal is as before in any case. */
async function showOnScreen(sample: Sample): Promise<void> {
  let shown: Shown | undefined;
  const screen = openScreen((size) => shown && tableOf(shown, size));
  try {
    let before: ServerSamples | undefined;
    while (!screen.ended.aborted) {
      const samples = await unlessEnded(sample(), screen);
      if (!samples) break;
      shown = { rates: ratesBetween(before, samples), samples };
      screen.draw();
      await delay(before ? INTERVAL_MS : FIRST_MS, undefined, { signal: screen.ended }).catch(() => {});
      before = samples;
    }
  } finally {
    screen.close();
  }
  if (shown) print(tableOf(shown));
}

/** Undefined if a person ends the command first. */
function unlessEnded<T>(answer: Promise<T>, { ended }: Screen): Promise<T | undefined> {
  const end = new Promise<undefined>((resolve) =>
    ended.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  return Promise.race([answer, end]);
}
