/** Command line of the bench. */
import { parseArgs } from 'node:util';

const HELP = `npm run bench -- [options]
  --quick          two rows, short rounds: a check that it runs
  --rows a,b       only these rows
  --sizes 100,1M   result sizes in bytes (k and M allowed); default 100,10k,1M
  --clients 1,16   concurrent clients; default 1,16,64
  --rounds N       default 5
  --ms N           milliseconds per cell and round; default 500
  --base FOLDER    another checkout of Hive, as the row hive-base
  --no-write       print only`;

/** Options from the command line. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      sizes: { type: 'string' },
      clients: { type: 'string' },
      rounds: { type: 'string' },
      ms: { type: 'string' },
      base: { type: 'string' },
      write: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const { quick } = values;
  return {
    rows: values.rows?.split(',') ?? (quick ? ['floor', 'hive-native'] : undefined),
    sizes: (values.sizes ?? '100,10k,1M').split(',').map(sizeOf),
    clients: (values.clients ?? '1,16,64').split(',').map(Number),
    rounds: Number(values.rounds ?? (quick ? 2 : 5)),
    ms: Number(values.ms ?? (quick ? 200 : 500)),
    base: values.base,
    write: values.write && !quick,
  };
}

const UNITS = { k: 1_000, M: 1_000_000 };
const sizeOf = (text) => Number.parseInt(text, 10) * (UNITS[text.at(-1)] ?? 1);

export const sizeName = (size) =>
  size >= 1_000_000 ? `${size / 1_000_000} MB` : size >= 1_000 ? `${size / 1_000} kB` : `${size} B`;
