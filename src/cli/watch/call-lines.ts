/** Calls as lines under a head. Columns become wider as longer texts come. */

import { cutEnd } from '../../model/text/cut.ts';
import { displayWidth } from '../../model/text/display-width.ts';
import { oneLine } from '../../model/text/visible.ts';
import type { CallRecord } from '../../model/watch/call-record.ts';
import { joined, type Painted, paint } from '../terminal/print.ts';
import { bytesText, msText } from './figures.ts';

const HEAD = ['ID', 'TIME', 'CLIENT', 'SERVER', 'REQUEST', 'MS', 'IN', 'OUT'] as const;
/** Columns of each text before anything longer has come; figures need no more. */
const WIDTHS = [4, 12, 18, 10, 28, 7, 7, 7];
/** From here on these are figures, which stand on the right. */
const FIRST_FIGURE = 5;
/** A longer text is cut: `--json` has all of it. */
const MAX_WIDTH = 44;

export class CallLines {
  readonly #now: () => number;
  readonly #widths = [...WIDTHS];

  /**
   * @param known calls that will be printed: their columns are as wide as needed from the beginning
   * @param now Unix milliseconds; calls of other days have their date
   */
  constructor(known: readonly CallRecord[], now: () => number) {
    this.#now = now;
    for (const call of known) this.#widen(this.#cells(call));
  }

  get head(): string {
    return `${this.#padded(HEAD)}  OUTCOME`;
  }

  line(call: CallRecord): Painted {
    const cells = this.#cells(call);
    this.#widen(cells);
    const outcome = outcomeText(call);
    return joined(this.#padded(cells), '  ', call.outcome === 'ok' ? outcome : paint('red', outcome));
  }

  #cells({
    seq,
    at,
    client,
    principal,
    server,
    method,
    target,
    ms,
    bytesIn,
    bytesOut,
  }: CallRecord): string[] {
    const texts = [clientText(client, principal), server, requestText(method, target)];
    const shown = texts.map((text) => cutEnd(oneLine(text), MAX_WIDTH));
    return [
      String(seq),
      timeText(at, this.#now()),
      ...shown,
      msText(ms),
      bytesText(bytesIn),
      bytesText(bytesOut),
    ];
  }

  #widen(cells: readonly string[]): void {
    for (const [index, cell] of cells.entries())
      this.#widths[index] = Math.max(this.#widths[index] ?? 0, displayWidth(cell));
  }

  #padded(cells: readonly string[]): string {
    const padded = cells.map((cell, index) => {
      const blanks = ' '.repeat(Math.max(0, (this.#widths[index] ?? 0) - displayWidth(cell)));
      return index < FIRST_FIGURE ? cell + blanks : blanks + cell;
    });
    return padded.join('  ');
  }
}

/** `claude-code (alice)`: the name that it gives itself, and who was authenticated. */
function clientText(client: string, principal: string): string {
  if (principal === '') return client || '-';
  return client === '' ? principal : `${client} (${principal})`;
}

/** Nearly all requests are calls of tools. */
function requestText(method: string, target: string): string {
  if (method === 'tools/call' && target !== '') return target;
  return target === '' ? method : `${method} ${target}`;
}

const outcomeText = ({ outcome, code }: CallRecord): string =>
  outcome === 'error' && code !== undefined ? `error ${code}` : outcome.replace('_', ' ');

/** UTC, as `hive logs` has it. */
function timeText(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const isToday = iso.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return isToday ? iso.slice(11, 23) : `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
