/** Entries of Hive's own catalogue: `catalogue/hive.yaml`, and the records of starts beside it. */
import type { Entry, EntryProblem, Parameter, Secret, Tool, Verified, Way } from '../entry/entry.ts';
import {
  descriptionOf,
  inGrammar,
  type Keys,
  parameterOf,
  recordOf,
  recordsOf,
  shortText,
  some,
  tagsOf,
  template,
  titleOf,
  Unfit,
  webAddress,
} from './values.ts';

const KEYS = 'title description category tags home needs parameters secrets run unverified'.split(' ');
const WAY_KEYS =
  'image npm pypi remote transport args env volumes network program with headers user scripts'.split(' ');

/** A record as verified.json has it. */
export interface StartRecord extends Verified {
  readonly tools: readonly string[];
}

/** @param records by the names of the entries */
export function readHive(
  data: unknown,
  records: Readonly<Record<string, StartRecord>>,
): { entries: Entry[]; problems: EntryProblem[] } {
  const entries: Entry[] = [];
  const problems: EntryProblem[] = [];
  for (const [name, value] of Object.entries(recordOf(data)))
    try {
      entries.push(entryOf(name, recordOf(value), records[name]));
    } catch (thrown) {
      if (!(thrown instanceof Unfit)) throw thrown;
      problems.push({ id: `hive/${name}`, reason: thrown.message });
    }
  return { entries, problems };
}

function entryOf(name: string, keys: Keys, record: StartRecord | undefined): Entry {
  refuseOthers(keys, KEYS);
  const title = titleOf(keys.title);
  const description = descriptionOf(keys.description);
  if (title === undefined || description === undefined) throw new Unfit('lacks a title or a description');
  const ways = recordsOf(keys.run).map(wayOf);
  const secrets = secretsOf(keys.secrets);
  const parameters = parametersOf(keys.parameters);
  requireNames(ways, parameters, secrets);
  if (ways.length === 0) throw new Unfit('has no way to run');
  return {
    id: inGrammar('id', `hive/${name}`),
    title,
    description,
    ways,
    ...some({
      category: shortText(keys.category),
      tags: tagsOf(keys.tags),
      home: webAddress(keys.home),
      parameters,
      secrets,
      needs: needsOf(keys.needs),
      tools: record?.tools.map((tool): Tool => ({ name: tool })),
      unverified: record ? undefined : shortText(keys.unverified),
      verified: record && verifiedOf(record),
    }),
  };
}

function refuseOthers(keys: Keys, known: readonly string[]): void {
  const other = Object.keys(keys).find((key) => !known.includes(key));
  if (other !== undefined) throw new Unfit(`has the unknown key ${other}`);
}

function wayOf(keys: Keys): Way {
  refuseOthers(keys, WAY_KEYS);
  const listed = (list: unknown, what: string) =>
    Array.isArray(list) ? list.map((item) => template(item, what)) : undefined;
  const env = Object.entries(recordOf(keys.env)).map(([name, value]) => [
    inGrammar('variable', name),
    template(value, 'a variable'),
  ]);
  const launch = some({ args: listed(keys.args, 'an argument'), env: Object.fromEntries(env) });
  if (keys.image !== undefined) {
    const network = keys.network === 'none' ? ('none' as const) : undefined;
    const volumes = listed(keys.volumes, 'a volume');
    return { kind: 'image', image: inGrammar('image', keys.image), ...launch, ...some({ volumes, network }) };
  }
  if (keys.npm !== undefined) return { kind: 'npm', ...pinned('npm', keys.npm), ...launch, ...pinsOf(keys) };
  if (keys.pypi !== undefined)
    return { kind: 'pypi', ...pinned('pypi', keys.pypi), ...launch, ...pinsOf(keys) };
  const url = webAddress(keys.remote);
  if (url === undefined) throw new Unfit('has a way that is no image, npm, pypi or remote');
  const headers = Object.entries(recordOf(keys.headers)).map(([name, value]) => [
    inGrammar('header', name),
    template(value, 'a header'),
  ]);
  const transport = keys.transport === 'sse' ? 'sse' : 'http';
  return { kind: 'remote', url, transport, ...some({ headers: Object.fromEntries(headers) }) };
}

/** `NAME@VERSION` of npm, `NAME==VERSION` of PyPI: without a version, the entry would run what nobody saw. */
function pinned(kind: 'npm' | 'pypi', value: unknown): { package: string; version: string } {
  const [, name, version] = /^(.+?)(?:@|==)([^@=]+)$/.exec(template(value, 'a package')) ?? [];
  if (name === undefined) throw new Unfit('has a package without an exact version');
  return { package: inGrammar(kind, name), version: inGrammar('version', version) };
}

function pinsOf(keys: Keys) {
  const beside = Array.isArray(keys.with) ? keys.with.map((it) => inGrammar('requirement', it)) : undefined;
  const program = keys.program === undefined ? undefined : inGrammar('program', keys.program);
  return { ...some({ with: beside, program }), ...(keys.scripts === true && { scripts: true as const }) };
}

function secretsOf(secrets: unknown): Secret[] {
  return Object.entries(recordOf(secrets)).map(([name, value]) => {
    const { description, example, required } = recordOf(value);
    return {
      name: inGrammar('variable', name),
      ...some({ description: shortText(description), example: shortText(example) }),
      ...(required === false ? { optional: true as const } : {}),
    };
  });
}

const parametersOf = (parameters: unknown): Parameter[] =>
  Object.entries(recordOf(parameters)).map(([name, schema]) => parameterOf(name, recordOf(schema), true));

/** Every name in a template must be declared, and every declared name used. */
function requireNames(
  ways: readonly Way[],
  parameters: readonly Parameter[],
  secrets: readonly Secret[],
): void {
  const text = JSON.stringify(ways);
  const used = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
  const compare = (names: ReadonlySet<string>, declared: readonly { name: string }[], what: string): void => {
    const known = declared.map(({ name }) => name);
    const missing = [...names].find((name) => !known.includes(name));
    const unused = known.find((name) => !names.has(name));
    if (missing !== undefined) throw new Unfit(`uses the ${what} ${missing}, which it does not declare`);
    if (unused !== undefined) throw new Unfit(`declares the ${what} ${unused}, which no way uses`);
  };
  compare(used(/\{\{([\w.-]+)/g), parameters, 'parameter');
  compare(used(/\$\{(\w+)\}/g), secrets, 'secret');
}

function needsOf(value: unknown): 'start' | 'call' | undefined {
  if (value === undefined || value === 'start' || value === 'call') return value;
  throw new Unfit('has a `needs` that is neither start nor call');
}

function verifiedOf({ tools: _, ...record }: StartRecord): Verified {
  return record;
}
