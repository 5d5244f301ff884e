/** Rules between servers, and between a server and the gateway. */
import { publicName } from '../../model/text/public-name.ts';
import { type HostPort, portsCollide, publishedPorts } from '../parse/endpoints.ts';
import { type EntryOf, prefixOf } from '../parse/parse.ts';
import { digestOf } from '../schema/tokens.ts';
import { type Checked, type Flag, flagIn } from './checked.ts';
import { guessableWord } from './known-tokens.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/;

/** A gateway that others can reach needs `auth`. */
export function checkExposure({ raw, input, report }: Checked): void {
  const { host = '127.0.0.1' } = input.settings.gateway ?? {};
  if (LOOPBACK.test(host) || input.settings.auth !== undefined || 'auth' in raw.settings) return;
  report.at(raw.main, ['gateway', 'host'], {
    message:
      `the gateway cannot listen on ${host} without \`auth\`: ` +
      'any machine that reaches it could use your servers',
    hint:
      '`npx hive token NAME` makes a token and prints the lines for this file; ' +
      'or use 127.0.0.1, and an SSH tunnel from elsewhere',
  });
}

/** A token that can be guessed is no protection. */
export function checkTokens({ raw, input, report }: Checked): void {
  for (const [name, token] of Object.entries(input.settings.auth?.tokens ?? {})) {
    const word = guessableWord(digestOf(token));
    if (word === undefined) continue;
    report.at(raw.main, ['auth', 'tokens', name], {
      message: `the token "${name}" is ${word === '' ? 'empty' : `the word "${word}"`}: anyone can guess it`,
      hint: `npx hive token ${name} makes one, and prints its line for this file`,
    });
  }
}

interface TakenPort extends HostPort {
  /** The holder, as messages name it. */
  readonly by: string;
}

/** Each may be a port on an address of its own, so the number of ports does not bound them. */
const MAX_PUBLISHED_PORTS = 10_000;

/** Published ports of the host, by their number. */
class TakenPorts {
  readonly #byNumber = new Map<number, TakenPort[]>();
  /** Of the servers, without the gateway's own. */
  #count = 0;

  constructor(ofGateway: TakenPort) {
    this.#keep(ofGateway);
  }

  get isFull(): boolean {
    return this.#count > MAX_PUBLISHED_PORTS;
  }

  add(port: TakenPort): void {
    if (port.host !== undefined) this.#count++;
    this.#keep(port);
  }

  /** The port that cannot be bound beside this one. */
  clashOf(port: HostPort): TakenPort | undefined {
    return this.#at(port).find((other) => portsCollide(port, other));
  }

  #keep(port: TakenPort): void {
    if (port.host !== undefined) this.#byNumber.set(port.host, [...this.#at(port), port]);
  }

  #at({ host = 0 }: HostPort): TakenPort[] {
    return this.#byNumber.get(host) ?? [];
  }
}

/** Two servers, or a server and the gateway, cannot publish the same port of the host. */
export function checkHostPorts({ input, report }: Checked): void {
  const { host = '127.0.0.1', port = 8001 } = input.settings.gateway ?? {};
  const ofGateway = { host: Number(port) || undefined, address: host, protocol: 'tcp', by: 'the gateway' };
  const taken = new TakenPorts(ofGateway);
  for (const entry of input.entries)
    if (entry.kind === 'container' && !taken.isFull) checkPorts(entry, taken, flagIn(entry, report));
}

function checkPorts(entry: EntryOf<'container'>, taken: TakenPorts, flag: Flag): void {
  const by = `server "${entry.serverName}"`;
  for (const [index, text] of (entry.input.ports ?? []).entries()) {
    const published = publishedPorts(String(text)) ?? [];
    const clash = published.find((one) => taken.clashOf(one));
    const holder = clash && taken.clashOf(clash);
    if (holder) {
      const message = `${by} publishes port ${clash.host}, which ${holder.by} uses already`;
      flag(['ports', index], message, 'pick another host port');
      continue;
    }
    for (const one of published) taken.add({ ...one, by });
    if (!taken.isFull) continue;
    const message = `the servers publish more than ${MAX_PUBLISHED_PORTS} ports of this machine`;
    flag(['ports', index], message, 'write fewer ports: clients reach the servers through the gateway');
    return;
  }
}

/**
 * Two servers cannot show a tool under the same name. Only renamed tools are known before the servers run.
 */
export function checkClashes({ input, report }: Checked): void {
  const owners = new Map<string, string>();
  for (const entry of input.entries) {
    const prefix = prefixOf(entry);
    for (const [tool, name] of Object.entries(entry.input.tools?.rename ?? {})) {
      const shown = publicName(prefix, name);
      const owner = owners.get(shown) ?? entry.serverName;
      owners.set(shown, owner);
      if (owner === entry.serverName) continue;
      const what = `tool "${tool}" of server "${entry.serverName}"`;
      const message = `${what} would be shown as "${shown}", as is one of server "${owner}"`;
      flagIn(entry, report)(['tools', 'rename', tool], message, 'give one of them another name or prefix');
    }
  }
}
