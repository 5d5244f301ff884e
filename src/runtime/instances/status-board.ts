/** The status of each server, as people see it (`hive ps`, /health). */
import type { GatewayError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { ServerState, ServerStatus } from '../../model/status.ts';

/** Changes are announced at most once per turn of the event loop. */
export interface StatusBoard {
  /** Sets the servers that are shown. New ones are pending. */
  declare(units: readonly Unit[]): void;
  /**
   * Sets a state, or more detail on the current one. `detail` and `error` are removed unless they are given
   * again.
   */
  show(serverName: string, state: ServerState, facts?: StatusFacts): void;
  /** Sets how much clients see of the server, its flaws and what has changed; undefined for none. */
  listed(
    serverName: string,
    counts: ServerStatus['counts'] | undefined,
    flaws: ServerStatus['flaws'] | undefined,
    changed?: ServerStatus['changed'],
  ): void;
  /** Counts one piece of stdout that was no message. */
  noise(serverName: string, bytes: number): void;
  /** Counts a restart. */
  restarted(serverName: string): void;
  all(): readonly ServerStatus[];
  get(serverName: string): ServerStatus | undefined;
  /** Returns the function that unsubscribes. */
  onChange(listener: () => void): () => void;
}

/**
 * A fact that is given as undefined is removed; a fact that is left out stays. `detail` and `error` are
 * removed in both cases.
 */
export interface StatusFacts {
  readonly detail?: string;
  readonly error?: GatewayError;
  readonly link?: string | undefined;
  readonly pid?: number | undefined;
  readonly containerId?: string | undefined;
  readonly protocolVersion?: string | undefined;
}

type Row = { -readonly [Key in keyof ServerStatus]: ServerStatus[Key] };

/** How long a change of the noise counters alone waits to be announced. */
const NOISE_MS = 250;

const NOTHING = { tools: 0, resources: 0, templates: 0, prompts: 0 };

export function createStatusBoard(clock: Clock): StatusBoard {
  const rows = new Map<string, Row>();
  const listeners = new Set<() => void>();
  let announced = false;
  let isNoiseDue = false;

  const changed = (): void => {
    if (announced) return;
    announced = true;
    setImmediate(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  };
  const edit = (serverName: string, change: (row: Row) => void): void => {
    const row = rows.get(serverName);
    if (!row) return;
    change(row);
    changed();
  };

  return {
    declare(units) {
      const names = new Set(units.map((unit) => unit.server.serverName));
      for (const name of rows.keys()) if (!names.has(name)) rows.delete(name);
      for (const unit of units) describe(rows, unit, clock.now());
      changed();
    },
    show: (serverName, state, facts = {}) => edit(serverName, (row) => apply(row, state, facts, clock.now())),
    listed: (serverName, counts, flaws, changedNames) =>
      edit(serverName, (row) => {
        row.counts = counts ?? NOTHING;
        setOrDelete(row, 'flaws', flaws);
        setOrDelete(row, 'changed', changedNames);
      }),
    noise(serverName, bytes) {
      const row = rows.get(serverName);
      if (!row) return;
      row.noise = { lines: row.noise.lines + 1, bytes: row.noise.bytes + bytes };
      // Noise comes by the thousand, and is only counted.
      if (isNoiseDue) return;
      isNoiseDue = true;
      clock.setTimeout(() => {
        isNoiseDue = false;
        changed();
      }, NOISE_MS);
    },
    restarted: (serverName) =>
      edit(serverName, (row) => {
        row.restarts += 1;
      }),
    all: () =>
      [...rows.values()].sort((a, b) => (a.serverName < b.serverName ? -1 : 1)).map((row) => ({ ...row })),
    get: (serverName) => rows.get(serverName),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function describe(rows: Map<string, Row>, unit: Unit, now: number): void {
  const { server } = unit;
  const row: Row = rows.get(server.serverName) ?? {
    serverName: server.serverName,
    type: server.type,
    state: 'pending',
    since: now,
    counts: NOTHING,
    noise: { lines: 0, bytes: 0 },
    restarts: 0,
  };
  row.type = server.type;
  const { prefix } = server.view;
  setOrDelete(row, 'prefix', prefix === server.serverName ? undefined : prefix);
  setOrDelete(row, 'origin', 'origin' in server ? server.origin : undefined);
  setOrDelete(row, 'lazy', server.view.start === 'lazy' || undefined);
  if ('place' in server && row.reason === undefined) row.place = server.place;
  rows.set(server.serverName, row);
}

function apply(row: Row, state: ServerState, facts: StatusFacts, now: number): void {
  if (row.state !== state) row.since = now;
  row.state = state;
  setOrDelete(row, 'detail', facts.detail);
  setOrDelete(row, 'reason', facts.error?.message);
  setOrDelete(row, 'hint', facts.error?.hint);
  setOrDelete(row, 'code', facts.error?.code);
  // The cause may be in another place than the entry's first line: in the Dockerfile, or further down.
  if (facts.error?.place) row.place = facts.error.place;
  if ('protocolVersion' in facts) setOrDelete(row, 'protocolVersion', facts.protocolVersion);
  if ('link' in facts) setOrDelete(row, 'link', facts.link);
  if ('pid' in facts) setOrDelete(row, 'pid', facts.pid);
  if ('containerId' in facts) setOrDelete(row, 'containerId', facts.containerId);
}

function setOrDelete<Key extends keyof Row>(row: Row, key: Key, value: Row[Key] | undefined): void {
  if (value === undefined) delete row[key];
  else row[key] = value;
}
