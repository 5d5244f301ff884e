/** What `hive info` prints for people. */
import type { Entry, Parameter, Way } from '../../catalogue/entry/entry.ts';
import type { Made } from '../../catalogue/server/to-server.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { counted } from '../stack/describe-server.ts';
import type { Fit } from './fitting.ts';
import { serversYaml } from './yaml.ts';

/** Bytes of JSON in a token of a model, roughly. */
const BYTES_PER_TOKEN = 4;
const MAX_TOOL_LINE = 600;
const LABEL_WIDTH = 11;

export function renderInfo(entry: Entry, fits: readonly Fit[], made: Made): string {
  const { id, title, description, category, home } = entry;
  const place = [category, home].filter((it) => it !== undefined).join(', ');
  const facts = [
    ...labelled('needs', needsOf(entry)),
    ...labelled('parameters', (entry.parameters ?? []).map(describeParameter)),
    ...labelled('tools', toolsOf(entry)),
    ...labelled('verified', [verifiedOf(entry)]),
    ...labelled('runs as', fits.map(describeFit)),
  ];
  return [
    `${title} (${id})`,
    description,
    ...(place ? [place] : []),
    '',
    ...facts,
    '',
    ...usage(entry, made),
  ].join('\n');
}

/** The label stands before the first line. */
function labelled(label: string, texts: readonly string[]): string[] {
  return texts.map((text, at) => `${(at === 0 ? label : '').padEnd(LABEL_WIDTH)} ${text}`);
}

function needsOf({ secrets = [], needs }: Entry): string[] {
  if (secrets.length === 0) return ['no secrets'];
  const when = needs === 'call' ? ' (it starts without; calls fail)' : '';
  return secrets.map(({ name, description, optional }) => {
    const about = description === undefined ? '' : `: ${description}`;
    return `${name}${optional ? ', which is optional' : when}${about}`;
  });
}

function describeParameter({ name, description, required, example, choices, ...rest }: Parameter): string {
  const preset = rest.default === undefined ? undefined : `default ${String(rest.default)}`;
  const facts = [
    required ? 'required' : undefined,
    preset,
    example === undefined ? undefined : `such as ${example}`,
    choices && `one of ${choices.join(', ')}`,
  ];
  const told = facts.filter((it) => it !== undefined).join('; ');
  return `${name}${told ? ` (${told})` : ''}${description ? `: ${description}` : ''}`;
}

const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_PER_TOKEN);

function toolsOf({ tools, verified }: Entry): string[] {
  if (!tools || tools.length === 0) return ['not known before it runs'];
  const bill = verified
    ? `, ${verified.bytes} bytes, about ${tokensOf(verified.bytes)} tokens in a model's context`
    : '';
  const names = tools.map(({ name }) => name).join(', ');
  return [`${counted(tools.length, 'tool')}${bill}`, cutEnd(names, MAX_TOOL_LINE)];
}

function verifiedOf({ verified, unverified }: Entry): string {
  if (!verified) return `no${unverified ? `: ${unverified}` : ': nobody has started it for this catalogue'}`;
  const { way, version, date, startMs, sha256 } = verified;
  const time = `${(startMs / 1_000).toFixed(1)} s`;
  const hash = sha256.slice(0, 12);
  return `${way} ${version} on ${date}: listed its tools after ${time}; sha256 of the list ${hash}`;
}

const describeFit = ({ way, lacks }: Fit): string =>
  `${describeWay(way)}${lacks === undefined ? '' : ` (this machine lacks ${lacks})`}`;

function describeWay(way: Way): string {
  switch (way.kind) {
    case 'image':
      return `image ${way.image}`;
    case 'remote':
      return `remote ${way.url}`;
    default: {
      const pins = way.with ? ` with ${way.with.join(', ')}` : '';
      return `${way.kind} ${way.package} ${way.version ?? ''}`.trimEnd() + pins;
    }
  }
}

function usage({ unsupported }: Entry, made: Made): string[] {
  if (made.kind === 'refused') return [`Hive cannot run it: ${unsupported ?? made.problems.join('; ')}`];
  const { serverName, way, server, variables, optional } = made;
  const set = [
    ...(variables.length > 0 ? [`set in .env beside it: ${variables.join(', ')}`] : []),
    ...(optional.length > 0 ? [`may be set in .env: ${optional.join(', ')}`] : []),
    ...(way.kind === 'remote' && !server.headers
      ? [`if it asks for a login: npx hive login ${serverName}`]
      : []),
  ];
  return [
    `for hive.yaml (${way.kind}):`,
    '',
    serversYaml(serverName, server).trimEnd(),
    ...(set.length > 0 ? ['', ...set] : []),
  ];
}
