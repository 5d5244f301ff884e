/** Judges a chaos run. */
import { isOfGateway, mostOf } from './causes.ts';
import type { Growth } from './gauges/lives.ts';
import { GATEWAY, isOfUpdates, sum, type Tally, VIOLATIONS, type Weather } from './ledger.ts';
import type { SoakReport } from './soak.ts';

/** Largest share of the calls to one server that may fail. */
const MAX_FAILED: Readonly<Record<Weather, number>> = { gentle: 0.02, storm: 0.6 };
/** The same in storms with the faults of an engine: its containers answer nothing until it is back. */
const MAX_FAILED_WITHOUT_ENGINE = 0.9;
/** Failures that are too few to be judged by their share. */
const FEW: Readonly<Record<Weather, number>> = { gentle: 2, storm: 20 };

const MAX_BYTES = 24 * 2 ** 20;
/** What all clients together may make Hive keep for those that may come back. */
const MAX_KEPT_BYTES = 128 * 2 ** 20;
const MAX_DESCRIPTORS = 60;
/** Descriptors of a session that was left without a word: its own processes, and its place in a container. */
const DESCRIPTORS_OF_SESSION = 10;

/** Violations; an empty list is a pass. */
export function verdict({
  ledger,
  lost,
  leftovers,
  growths,
  faults,
}: Pick<SoakReport, 'ledger' | 'lost' | 'leftovers' | 'growths' | 'faults'>): string[] {
  const hadEngine = ![...faults.keys()].some((fault) => fault.endsWith('the engine'));
  const mostOfServer = { ...MAX_FAILED, ...(hadEngine ? {} : { storm: MAX_FAILED_WITHOUT_ENGINE }) };
  const violations = [...ledger.violations].flatMap(([kind, places]) =>
    places.map((place) => `${VIOLATIONS[kind]}: ${place}`),
  );
  return [
    ...violations,
    ...lost,
    ...leftovers.map((it) => `left behind: ${it}`),
    ...growths.flatMap(excessOf),
    ...(['gentle', 'storm'] as const).flatMap((weather) => [
      ...[...ledger.tallies(weather)].flatMap(([name, tally]) =>
        problemsOfServer(weather, mostOfServer[weather], name, tally),
      ),
      ...problemsOfCauses(weather, ledger.tallies(weather)),
    ]),
  ];
}

function excessOf({ pid, descriptors, bytes, kept, abandoned }: Growth): string[] {
  const mib = Math.round(bytes / 2 ** 20);
  return [
    ...(bytes > MAX_BYTES ? [`gateway ${pid} grew by ${mib} MiB`] : []),
    ...(kept > MAX_KEPT_BYTES ? [`gateway ${pid} keeps ${kept} bytes for clients`] : []),
    ...(descriptors > MAX_DESCRIPTORS + DESCRIPTORS_OF_SESSION * abandoned
      ? [`gateway ${pid} has ${descriptors} more open files, and ${abandoned} sessions were left`]
      : []),
  ];
}

function problemsOfServer(weather: Weather, most: number, name: string, { right, failed }: Tally): string[] {
  const ofServer = sum([...failed].map(([cause, count]) => (isOfGateway(cause) ? 0 : count)));
  const causes = [...failed].map(([cause, count]) => `${count} × ${cause}`).join('; ');
  return [
    ...(isTooMuch(ofServer, right + ofServer, most, weather)
      ? [`${name} failed ${ofServer} of ${right + ofServer} calls (${weather}): ${causes}`]
      : []),
    ...(right === 0 && name !== GATEWAY && !isOfUpdates(name)
      ? [`${name} never answered (${weather}): ${causes}`]
      : []),
  ];
}

function problemsOfCauses(weather: Weather, tallies: ReadonlyMap<string, Tally>): string[] {
  const causes = new Map<string, number>();
  const places = new Map<string, string>();
  const examples = new Map<string, string[]>();
  let all = 0;
  for (const [name, { right, failed, examples: ofServer }] of tallies) {
    // They are counted among the calls that caused them.
    if (isOfUpdates(name)) continue;
    all += right + sum([...failed.values()]);
    for (const [cause, count] of failed) {
      causes.set(cause, (causes.get(cause) ?? 0) + count);
      places.set(cause, `${places.get(cause) ?? ''} ${name}`);
      examples.set(cause, [...(examples.get(cause) ?? []), ...(ofServer.get(cause) ?? [])]);
    }
  }
  return [...causes].flatMap(([cause, count]) => {
    const most = mostOf(cause, weather);
    if (most === 0)
      return [
        `${count} calls failed for no allowed cause (${weather}): ${cause}:${places.get(cause)}`,
        ...(examples.get(cause) ?? []).map((it) => `  such as ${it}`),
      ];
    return isTooMuch(count, all, most, weather)
      ? [`${count} of ${all} calls failed (${weather}): ${cause}`]
      : [];
  });
}

const isTooMuch = (count: number, all: number, share: number, weather: Weather): boolean =>
  count > FEW[weather] && count > share * all;
