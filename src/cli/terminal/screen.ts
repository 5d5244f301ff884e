/** A text that fills the terminal and is drawn again in place, until a person ends it by `q` or Ctrl-C. */
import { type Printable, rendered } from './print.ts';

/** The other screen of the terminal, which leaves what was printed before as it is; without a cursor. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
/** After each line, and after the last one. */
const CLEAR_REST_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Ctrl-C and Ctrl-D come as characters: a terminal that gives single keys sends no signals. */
const END_KEYS: ReadonlySet<string> = new Set(['q', 'Q', '\x03', '\x04']);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Screen {
  /** Aborted once a person, or a signal, ends it. */
  readonly ended: AbortSignal;
  draw(): void;
  /** Restores the terminal. Idempotent. */
  close(): void;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Takes the terminal on stdout. The caller must close the result.
 * @param text what is to be shown at this size; undefined for nothing yet
 */
export function openScreen(text: (size: Size) => Printable | undefined): Screen {
  const { stdout } = process;
  const end = new AbortController();
  const draw = (): void => {
    const shown = text({ columns: stdout.columns, rows: stdout.rows });
    if (shown !== undefined && !end.signal.aborted) stdout.write(drawing(rendered(shown)));
  };
  const onEnd = (): void => end.abort();
  const releaseKeys = takeKeys(onEnd);
  const close = once(() => {
    end.abort();
    stdout.off('resize', draw);
    for (const signal of SIGNALS) process.off(signal, onEnd);
    process.off('exit', close);
    releaseKeys();
    stdout.write(LEAVE);
  });
  stdout.on('resize', draw);
  for (const signal of SIGNALS) process.on(signal, onEnd);
  // An error that nobody catches must not leave a terminal without a cursor.
  process.once('exit', close);
  stdout.write(ENTER);
  return { ended: end.signal, draw, close };
}

const drawing = (text: string): string =>
  HOME + text.split('\n').join(`${CLEAR_REST_OF_LINE}\r\n`) + CLEAR_REST_OF_LINE + CLEAR_BELOW;

/** Reads single keys, if a terminal gives them. @returns what lets go of it */
function takeKeys(onEnd: () => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const onKeys = (keys: Buffer): void => {
    if ([...keys.toString()].some((key) => END_KEYS.has(key))) onEnd();
  };
  stdin.setRawMode(true);
  stdin.on('data', onKeys).on('end', onEnd).resume();
  return () => {
    stdin.off('data', onKeys).off('end', onEnd).pause();
    stdin.setRawMode(false);
  };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
