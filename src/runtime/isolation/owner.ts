/** The session that a connection is for: known when it is opened, or later, when a spare one is taken. */
export interface Owner {
  /** Runs it with the session's id: at once, or as soon as that is known. */
  told(act: (sessionId: string) => void): void;
  /** The first one is it. */
  belongsTo(sessionId: string): void;
}

/** What a server says before anybody has its connection: a little of it is kept. */
const MAX_WAITING = 100;

export function createOwner(): Owner {
  let owner: string | undefined;
  let waiting: ((sessionId: string) => void)[] = [];
  return {
    told(act) {
      if (owner !== undefined) act(owner);
      else if (waiting.length < MAX_WAITING) waiting.push(act);
    },
    belongsTo(sessionId) {
      owner ??= sessionId;
      const late = waiting;
      waiting = [];
      for (const act of late) act(owner);
    },
  };
}
