/** `hive info`: shows an entry of the catalogue, and the lines that make it a server of a stack. */
import type { Entry, Way } from '../../catalogue/entry/entry.ts';
import { type Made, toServer } from '../../catalogue/server/to-server.ts';
import { GatewayError } from '../../errors.ts';
import { typedFor } from '../stack/typing.ts';
import { print, printJson } from '../terminal/print.ts';
import { type Fit, fitsOf } from './fitting.ts';
import { entryNamed, kindOf, openCatalogue } from './open.ts';
import { renderInfo } from './render-info.ts';
import { serversYaml } from './yaml.ts';

export interface InfoOptions {
  readonly as?: string;
  readonly name?: string;
  readonly json?: boolean;
}

export async function info(name: string, words: readonly string[], options: InfoOptions): Promise<void> {
  const { entry, fits, made } = await chosen(name, words, options);
  if (options.json) printJson(infoJson(entry, fits, made), 2);
  else print(typedFor(undefined)(renderInfo(entry, fits, made)));
}

export interface Chosen {
  readonly entry: Entry;
  readonly fits: readonly Fit[];
  readonly made: Made;
}

/**
 * An entry of the catalogue, and the server that it makes here.
 * @param words `KEY=VALUE` of its parameters
 * @throws GatewayError USAGE
 */
export async function chosen(
  name: string,
  words: readonly string[],
  options: Pick<InfoOptions, 'as' | 'name'>,
): Promise<Chosen> {
  const wanted = options.as === undefined ? undefined : kindOf(options.as);
  const parameters = parametersOf(words);
  const entry = entryNamed(name, await openCatalogue());
  const fits = await fitsOf(entry, process.env);
  const way = wanted ?? (fits.find(({ lacks }) => lacks === undefined) ?? fits[0])?.way.kind;
  const named = options.name === undefined ? {} : { name: options.name };
  const made = toServer(entry, { parameters, way, missing: 'reference', ...named });
  if (made.kind === 'refused' && entry.ways.length > 0)
    throw new GatewayError('USAGE', made.problems.join('; '), { hint: `npx hive info ${entry.id}` });
  return { entry, fits, made };
}

/** @throws GatewayError USAGE */
export function parametersOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1)
        throw new GatewayError('USAGE', `${word} is no KEY=VALUE`, {
          hint: 'npx hive info ENTRY url=http://…',
        });
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

function infoJson(entry: Entry, fits: readonly Fit[], made: Made): object {
  const { ways: _, ...about } = entry;
  const ways = fits.map(({ way, lacks }) => ({ ...way, fits: lacks === undefined, lacks: lacks ?? null }));
  if (made.kind === 'refused') return { ...about, ways, server: null };
  const { serverName, server, variables, optional } = made;
  const yaml = serversYaml(serverName, server);
  return {
    ...about,
    ways,
    runsAs: made.way.kind satisfies Way['kind'],
    serverName,
    server,
    variables,
    optional,
    yaml,
  };
}
