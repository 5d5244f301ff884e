/**
 * Messages of the gateway that hold for a while: each is given once, and again only after it has changed or
 * ended.
 */
import type { Logs } from './runtime/memory/logs.ts';

/** A line for the log of one server. */
export interface Note {
  readonly serverName: string;
  readonly text: string;
}

export interface Notices {
  /**
   * True unless `text` is the same as in the previous call for this subject. Before the first call it is ''.
   */
  isNew(subject: string, text: string): boolean;
  /**
   * Prints `text` if it is new for this subject. An empty text means that the matter is over.
   *
   * @param whenOver printed at the end of a matter that had been printed
   */
  sayWhile(subject: string, text: string, whenOver?: string): void;
  /** Logs the notes that were not among those of the previous call for this subject. */
  logWhile(subject: string, notes: readonly Note[]): void;
}

/** @param say prints a text on the operator's terminal */
export function createNotices(say: (text: string) => void, logs: Pick<Logs, 'add'>): Notices {
  const said = new Map<string, string>();
  const logged = new Map<string, ReadonlySet<string>>();

  const isNew = (subject: string, text: string): boolean => {
    const before = said.get(subject) ?? '';
    said.set(subject, text);
    return text !== before;
  };

  return {
    isNew,
    sayWhile(subject, text, whenOver = '') {
      const message = text === '' ? whenOver : text;
      if (isNew(subject, text) && message !== '') say(message);
    },
    logWhile(subject, notes) {
      const known = logged.get(subject);
      for (const { serverName, text } of notes)
        if (!known?.has(`${serverName} ${text}`)) logs.add(serverName, 'hive', text);
      logged.set(subject, new Set(notes.map(({ serverName, text }) => `${serverName} ${text}`)));
    },
  };
}
