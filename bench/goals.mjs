/** Goals of the hot path, as ratios within one run: absolute times depend on the machine more than on Hive. */
import { ratio } from './measure.mjs';
import { peers } from './rows/peers.mjs';

const LARGE = 1_000_000;
const NONE = { value: Number.NaN, min: Number.NaN, max: Number.NaN };

export function judge(cells) {
  const of = (figure, row, other, size, clients) => ratio(cells, figure, row, other, size, clients);
  const goals = [
    {
      goal: 'native, 100 B, 1 client: p50 ≤ 1.15 × floor',
      is: of('p50', 'hive-native', 'floor', 100, 1),
      most: 1.15,
    },
    {
      goal: 'native, 100 B, 16 clients: calls/s ≥ 0.9 × floor',
      is: of('rate', 'hive-native', 'floor', 100, 16),
      least: 0.9,
    },
    { goal: 'native, 1 MB, 1 client: p50 < floor', is: of('p50', 'hive-native', 'floor', LARGE, 1), most: 1 },
    {
      goal: 'native, 1 MB, 16 clients: calls/s > floor',
      is: of('rate', 'hive-native', 'floor', LARGE, 16),
      least: 1,
    },
    {
      goal: 'pipe, 100 B, 1 client: p50 ≤ 1.1 × native',
      is: of('p50', 'hive-pipe', 'hive-native', 100, 1),
      most: 1.1,
    },
    {
      goal: 'pipe, 1 MB, 1 client: p50 ≤ 1.1 × native',
      is: of('p50', 'hive-pipe', 'hive-native', LARGE, 1),
      most: 1.1,
    },
    { ...bestPeer(cells), least: 3 },
    ...[1, 16].flatMap((clients) => againstBase(cells, clients)),
  ];
  return goals
    .filter(({ is }) => is)
    .map(({ is = NONE, ...it }) => ({
      ...it,
      is,
      met: it.most === undefined ? is.value >= it.least : is.value <= it.most,
    }));
}

function againstBase(cells, clients) {
  const of = (figure) => ratio(cells, figure, 'hive-native', 'hive-base', 100, clients);
  return [
    { goal: `100 B, ${clients} clients: p50 against --base`, is: of('p50'), most: 1 },
    { goal: `100 B, ${clients} clients: calls/s against --base`, is: of('rate'), least: 1 },
    { goal: `100 B, ${clients} clients: CPU against --base`, is: of('cpu'), most: 1 },
  ];
}

function bestPeer(cells) {
  const ratios = peers
    .map(({ name }) => ({ name, is: ratio(cells, 'rate', 'hive-native', name, 100, 16) }))
    .filter(({ is }) => is)
    .sort((a, b) => (a.is?.value ?? 0) - (b.is?.value ?? 0));
  const [best] = ratios;
  return { goal: `native, 100 B, 16 clients: calls/s ≥ 3 × best peer's (${best?.name})`, is: best?.is };
}
