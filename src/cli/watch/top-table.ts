/** The table of `hive top`. */
import { cutEnd } from '../../model/text/cut.ts';
import { displayWidth } from '../../model/text/display-width.ts';
import { oneLine } from '../../model/text/visible.ts';
import { paintState } from '../stack/describe-server.ts';
import { joined, type Printable, paint } from '../terminal/print.ts';
import { bytesText, msText } from './figures.ts';
import type { ServerRates } from './rates.ts';

const HEAD = ['SERVER', 'STATE', 'CPU', 'MEMORY', 'LIMIT', 'IN/S', 'OUT/S', 'CALLS/MIN', 'P95 MS', 'ERR/MIN'];
/** From here on these are figures, which stand on the right. */
const FIRST_FIGURE = 2;
/** A longer name is cut: `--json` has all of it. */
const MAX_NAME = 32;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * @param notes lines that stand below the table
 * @param size of the terminal: what does not fit is left out. Undefined: there is no limit
 */
export function topLines(
  rates: readonly ServerRates[],
  notes: readonly string[],
  size?: Size,
): readonly Printable[] {
  const room = size ? Math.max(1, size.rows - 2 - notes.length) : rates.length;
  const shown = rates.slice(0, rates.length > room ? Math.max(1, room - 1) : room);
  const cells = shown.map(cellsOf);
  const widths = HEAD.map((head, index) =>
    Math.max(...[head, ...cells.map((it) => it[index] as string)].map(displayWidth)),
  );
  const hidden = rates.length - shown.length;
  const columns = size?.columns ?? Number.POSITIVE_INFINITY;
  const rest = [...(hidden > 0 ? [`… and ${hidden} more`] : []), ...notes];
  return [
    paint('bold', fitting(padded(HEAD, widths), columns)),
    ...cells.map((row) => painted(fitting(padded(row, widths), columns), row, widths)),
    ...rest.map((it) => fitting(oneLine(it), columns)),
  ];
}

const orDash = <T>(value: T | undefined, text: (value: T) => string): string =>
  value === undefined ? '-' : text(value);

function cellsOf(rates: ServerRates): string[] {
  return [
    cutEnd(oneLine(rates.server), MAX_NAME),
    rates.state,
    orDash(rates.cpuPercent, (it) => `${it.toFixed(1)}%`),
    orDash(rates.memoryBytes, bytesText),
    orDash(rates.memoryLimitBytes, bytesText),
    orDash(rates.receivedBytesPerSecond, bytesText),
    orDash(rates.sentBytesPerSecond, bytesText),
    String(Math.round(rates.callsPerMinute)),
    orDash(rates.p95Ms, msText),
    String(Math.round(rates.errorsPerMinute)),
  ];
}

function padded(cells: readonly string[], widths: readonly number[]): string {
  const texts = cells.map((cell, index) => {
    const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell)));
    return index < FIRST_FIGURE ? cell + blanks : blanks + cell;
  });
  return texts.join('  ');
}

/** Lines of a terminal must not wrap: then they would not be where the next drawing expects them. */
function fitting(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > columns) break;
    kept += character;
  }
  return kept;
}

/** Colours the state, which stands after the name, unless it was cut off. */
function painted(
  line: string,
  [name = '', state = '']: readonly string[],
  widths: readonly number[],
): Printable {
  const before = name.length + (widths[0] ?? 0) - displayWidth(name) + 2;
  const after = before + state.length;
  if (line.length < after) return line;
  return joined(line.slice(0, before), paintState(state), line.slice(after));
}
