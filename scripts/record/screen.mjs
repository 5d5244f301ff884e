/** A small terminal: what its screen shows after the characters that Hive and its prompts write. */

/** @typedef {{ text: string, style: string }} Cell */
/** @typedef {{ column: number, text: string, style: string }} Run */

/** Classes of the colours and weights that are kept, by their number in `ESC [ N m`. */
const STYLES = /** @type {Record<string, string>} */ ({
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  35: 'magenta',
  36: 'cyan',
  90: 'dim',
});
/** Styles that `ESC [ N m` ends. */
const ENDS = /** @type {Record<string, string[]>} */ ({
  22: ['bold', 'dim'],
  39: ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'dim'],
});
/** Control sequences, operating system commands, then single characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal gets
const PIECES = /\u001b\[([?\d;]*)([A-Za-z])|\u001b\][^\u0007]*\u0007|[\s\S]/gu;
/** Frames of a spinner; all are shown as the last, so that a wait is one picture. */
const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g;

/** @type {Cell} */
const BLANK = { text: ' ', style: '' };

export class Screen {
  #columns;
  #rows;
  /** @type {Cell[][]} */
  #lines = [[]];
  #row = 0;
  #column = 0;
  /** @type {Set<string>} */
  #styles = new Set();

  /**
   * @param {number} columns
   * @param {number} rows lines above the last so many are gone
   */
  constructor(columns, rows) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** @param {string} text */
  write(text) {
    for (const [piece, parameters = '', command] of text.replace(SPINNER, '⠿').matchAll(PIECES))
      if (command) this.#control(command, parameters);
      else if (piece.length <= 2) this.#put(piece);
  }

  /**
   * The lines that are on the screen, as runs of one style.
   *
   * @returns {Run[][]}
   */
  lines() {
    return this.#lines.map(runs);
  }

  /** @param {string} character */
  #put(character) {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#moveTo(this.#row + 1);
    else if (character >= ' ') {
      if (this.#column === this.#columns) {
        this.#moveTo(this.#row + 1);
        this.#column = 0;
      }
      const line = this.#line();
      while (line.length < this.#column) line.push(BLANK);
      line[this.#column++] = { text: character, style: [...this.#styles].join(' ') };
    }
  }

  #line() {
    return /** @type {Cell[]} */ (this.#lines[this.#row]);
  }

  /** @param {number} row */
  #moveTo(row) {
    this.#row = Math.max(0, row);
    while (this.#lines.length <= this.#row) this.#lines.push([]);
    while (this.#lines.length > this.#rows) {
      this.#lines.shift();
      this.#row--;
    }
  }

  /**
   * @param {string} command
   * @param {string} parameters
   */
  #control(command, parameters) {
    const count = Number(parameters) || 1;
    if (command === 'm') for (const it of parameters.split(';')) this.#restyle(it || '0');
    else if (command === 'A') this.#moveTo(this.#row - count);
    else if (command === 'B') this.#moveTo(this.#row + count);
    else if (command === 'C') this.#column += count;
    else if (command === 'D') this.#column = Math.max(0, this.#column - count);
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'K') this.#line().splice(parameters === '2' ? 0 : this.#column);
    else if (command === 'J') {
      this.#line().splice(this.#column);
      this.#lines.length = this.#row + 1;
    }
  }

  /** @param {string} number */
  #restyle(number) {
    if (number === '0') this.#styles.clear();
    for (const style of ENDS[number] ?? []) this.#styles.delete(style);
    const style = STYLES[number];
    if (style) this.#styles.add(style);
  }
}

/**
 * Two blanks end a run too: what follows is a column of a table, and gets a place of its own.
 *
 * @param {readonly Cell[]} line
 */
function runs(line) {
  /** @type {Run[]} */
  const found = [];
  let blanks = 2;
  for (const [column, { text, style }] of line.entries()) {
    const last = found.at(-1);
    if (text === ' ') blanks++;
    else if (last && last.style === style && blanks < 2) {
      last.text += ' '.repeat(blanks) + text;
      blanks = 0;
    } else {
      found.push({ column, text, style });
      blanks = 0;
    }
  }
  return found;
}
