/** One client of a chaos run: connects, acts at random, and connects anew when it has to. */
import { setTimeout as delay } from 'node:timers/promises';
import { causeOf, textOf } from '../causes.ts';
import { GATEWAY } from '../ledger.ts';
import type { Random } from '../random.ts';
import * as acts from './acts.ts';
import { type Connection, connect, type Kind, type Site } from './connection.ts';

/** Longest time of any act in milliseconds: the timeouts of the stack, a retry, and a margin for a busy machine. */
export const LONGEST_MS = 120_000;

/** The servers by what they can do. */
export interface Abilities {
  readonly all: readonly string[];
  readonly asking: readonly string[];
  /** By the era of the client. */
  readonly tasks: Readonly<Record<'legacy' | 'modern', readonly string[]>>;
  /** Servers with one process for all clients, whose resources can be followed. */
  readonly shared: readonly string[];
}

/** What a client may do, and how often. */
interface Choice {
  readonly act: acts.Act;
  readonly weight: number;
  readonly servers: readonly string[];
}

/** A preferred act is drawn that much more often. */
const PREFERENCE = 30;

export interface ClientOptions {
  readonly kind: Kind;
  readonly name: string;
  readonly token: string;
  readonly site: Site;
  readonly abilities: Abilities;
  readonly random: Random;
  /** Names of acts. */
  readonly preferred: readonly string[];
}

export class Client {
  readonly #kind: Kind;
  readonly #name: string;
  readonly #token: string;
  readonly #site: Site;
  readonly #random: Random;
  readonly #choices: readonly Choice[];
  #connection: Connection | undefined;
  #connections = 0;
  /** Right answers so far. */
  right = 0;

  constructor({ kind, name, token, site, abilities, random, preferred }: ClientOptions) {
    this.#kind = kind;
    this.#name = name;
    this.#token = token;
    this.#site = site;
    this.#random = random;
    this.#choices = choicesOf(kind, abilities).map((choice) =>
      preferred.includes(choice.act.name) ? { ...choice, weight: choice.weight * PREFERENCE } : choice,
    );
  }

  /** One act. Never rejects. */
  async act(): Promise<void> {
    this.#connection ??= await this.#connect();
    if (!this.#connection) return delay(200);
    await this.#actOn(this.#connection);
    if (!this.#connection.transport.isOpen) await this.leave(false);
    else if (this.#random.next() < 0.003) await this.leave(this.#random.next() < 0.6);
    // Clients pause between calls; otherwise two cores only carry bytes.
    await delay(this.#random.between(0, 40));
  }

  /** Ends the session, or only the connection. */
  async leave(isPolite: boolean): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    if (!isPolite) this.#site.ledger.abandonedSessions += 1;
    await connection?.transport.close(isPolite);
  }

  async #connect(): Promise<Connection | undefined> {
    this.#connections += 1;
    const who = `${this.#name}.${this.#connections}`;
    const settle = this.#site.ledger.begin(GATEWAY);
    try {
      const signal = AbortSignal.timeout(LONGEST_MS);
      const connection = await connect(this.#kind, this.#site, who, this.#token, signal);
      settle();
      return connection;
    } catch (error) {
      settle(causeOf(error), textOf(error as Error));
      return undefined;
    }
  }

  async #actOn(connection: Connection): Promise<void> {
    const { ledger } = this.#site;
    const { act, servers } = this.#choose();
    const serverName = this.#random.pick(servers);
    const settle = ledger.begin(serverName);
    const signal = AbortSignal.timeout(LONGEST_MS);
    try {
      const failure = await act({ connection, ledger, random: this.#random, serverName, signal });
      settle(failure && causeOf(failure), failure && `${act.name}: ${textOf(failure)}`);
      if (failure === undefined) this.#succeeded();
    } catch (error) {
      if (signal.aborted) ledger.violate('hung', `${act.name} of ${connection.who} at ${serverName}`);
      settle(causeOf(error), `${act.name}: ${textOf(error as Error)}`);
      await delay(100);
    }
  }

  #succeeded(): void {
    this.right += 1;
    const { byKind } = this.#site.ledger;
    byKind.set(this.#kind, (byKind.get(this.#kind) ?? 0) + 1);
  }

  #choose(): Choice {
    const possible = this.#choices.filter(({ servers }) => servers.length > 0);
    let left = this.#random.next() * possible.reduce((total, { weight }) => total + weight, 0);
    for (const choice of possible) {
      left -= choice.weight;
      if (left < 0) return choice;
    }
    return possible[0] as Choice;
  }
}

function choicesOf(kind: Kind, { all, asking, shared, tasks }: Abilities): Choice[] {
  return [
    { act: acts.echo, weight: 60, servers: all },
    { act: acts.count, weight: 10, servers: all },
    { act: acts.beAsked, weight: 8, servers: asking },
    { act: acts.runTask, weight: 4, servers: tasks[kind.startsWith('modern') ? 'modern' : 'legacy'] },
    { act: acts.watch, weight: 5, servers: shared },
    { act: acts.cancel, weight: 3, servers: shared },
    { act: acts.walkAway, weight: 3, servers: all },
    { act: acts.echoMuch, weight: 0.5, servers: all },
  ];
}
