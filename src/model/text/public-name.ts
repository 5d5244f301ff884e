/** Public names of tools and prompts: what the models of clients accept, with the prefix of the server. */
import { alike, covers } from './prefixes.ts';

/** APIs of models take 64 characters, though the specification allows 128. */
export const MAX_NAME_LENGTH = 64;
/** Characters that APIs of models refuse, though the specification allows dots. */
const FORBIDDEN = /[^A-Za-z0-9_-]/gu;
/** What a server's own name may have between its prefix and the rest. */
const SEPARATORS = '_-./: ';

/**
 * `PREFIX_NAME`. A name that begins with the prefix gets it no second time: `git_status` of the server `git`
 * stays `git_status`. Other characters become `_`, and what is too long is cut.
 *
 * @param others prefixes of other servers: a name that they cover gets the prefix in any case
 */
export const publicName = (prefix: string, name: string, others: readonly string[] = []): string =>
  uncutName(prefix, name, others).slice(0, MAX_NAME_LENGTH);

export function uncutName(prefix: string, name: string, others: readonly string[] = []): string {
  const short = `${prefix}_${withoutPrefix(prefix, name)}`;
  const isOthers = others.some((other) => covers(alike(other), alike(short.replace(FORBIDDEN, '_'))));
  const full = prefix === '' ? name : isOthers ? `${prefix}_${name}` : short;
  return full.replace(FORBIDDEN, '_');
}

function withoutPrefix(prefix: string, name: string): string {
  const [start, next, rest] = [
    name.slice(0, prefix.length),
    name.charAt(prefix.length),
    name.slice(prefix.length + 1),
  ];
  const isThere = rest !== '' && SEPARATORS.includes(next) && alike(start) === alike(prefix);
  return isThere ? rest : name;
}
