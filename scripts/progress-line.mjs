/** A long step on stderr: one line that is redrawn on a terminal, plain lines at its start, end and every fifth elsewhere. */
export function startStep(name) {
  const { isTTY } = process.stderr;
  const columns = process.stderr.columns || 80;
  const started = Date.now();
  let shown = 0;
  const draw = (text) => process.stderr.write(`\r\x1b[2K${text.slice(0, columns - 1)}`);
  if (isTTY) draw(`${name} …`);
  else process.stderr.write(`${name} …\n`);
  return {
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

/** Ends the program with a sentence and what to do about it. */
export class Failure extends Error {
  constructor(message, fix) {
    super(fix ? `${message}\n  fix: ${fix}` : message);
  }
}
