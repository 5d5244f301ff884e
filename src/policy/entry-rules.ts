/** What entries of servers may not have if a client asks for them. */
import { isRecord } from '../model/collections/is-record.ts';

/** Keys by which an entry would leave its container, or read files of this machine. */
const REFUSED: Readonly<Record<string, string>> = {
  capAdd: 'gets more capabilities (capAdd)',
  compose: 'has raw keys of Compose (compose)',
  envFile: 'reads a file of variables of this machine (envFile)',
  native: 'runs as a process of this machine (native)',
  runtime: 'chooses its container runtime (runtime)',
};

/** Why parts of the entry are refused: ends of sentences that begin with the server; none for a good one. */
export function entryProblems(entry: Readonly<Record<string, unknown>>): readonly string[] {
  const found = Object.keys(REFUSED).flatMap((key) => (isSet(entry[key]) ? (REFUSED[key] ?? []) : []));
  if (entry.network === 'host') found.push('is on the network of this machine (network: host)');
  const files = isRecord(entry.secrets) ? Object.values(entry.secrets) : [];
  if (files.some((it) => isRecord(it) && 'file' in it)) found.push('reads a file of this machine (secrets)');
  if (isContainer(entry)) return found;
  return [...found, 'runs outside containers'];
}

const isSet = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);

const isContainer = ({ image, build, dockerfile }: Readonly<Record<string, unknown>>): boolean =>
  image !== undefined || build !== undefined || dockerfile !== undefined;
