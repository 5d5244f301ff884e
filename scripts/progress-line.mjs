/** Shows a long step on stderr, and errors with what to do about them. */

/**
 * Starts to show a step. On a terminal one line is redrawn; elsewhere there are lines at the start, at every 20 % and at the
 * end.
 *
 * @param {string} name
 */
export function startStep(name) {
  const { isTTY } = process.stderr;
  const columns = process.stderr.columns || 80;
  const started = Date.now();
  let shown = 0;
  const draw = (/** @type {string} */ text) => process.stderr.write(`\r\x1b[2K${text.slice(0, columns - 1)}`);
  if (isTTY) draw(`${name} …`);
  else process.stderr.write(`${name} …\n`);
  return {
    /** @param {number} value */
    percent(value) {
      if (isTTY) draw(`${name} … ${value} %`);
      else if (value >= shown + 20) process.stderr.write(`${name} … ${value} %\n`);
      if (value >= shown + 20) shown = value - (value % 20);
    },
    done() {
      const text = `${name}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`;
      if (isTTY) draw(text);
      process.stderr.write(isTTY ? '\n' : `${text}\n`);
    },
    failed() {
      if (isTTY) process.stderr.write('\n');
      process.stderr.write(`${name}: failed\n`);
    },
  };
}

/** Error that ends the program: its message is shown, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [fix] what to do about it
   */
  constructor(message, fix) {
    super(fix ? `${message}\n  fix: ${fix}` : message);
  }
}
