/** What to change about a server that cannot start, found in its own words. */
import type { ContainerServer, DiscoveredServer, NativeServer, Place, Server } from '../../model/desired.ts';
import { shellWord } from '../../model/text/commands.ts';
import { inheritedVariables, USUAL_VARIABLES } from '../memory/inherited.ts';
import type { Advice } from '../upstream/requests/failures.ts';
import { cannotWrite } from './cannot-write.ts';
import { missingVariable } from './missing-variable.ts';
import { ownLocalhost } from './own-localhost.ts';
import { packageFault } from './package-faults.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The result reads what errors quote of the server's stderr; undefined if that shows no fix. */
export function adviserFor(
  server: Server | DiscoveredServer,
  environment: Environment = process.env,
): ((stderr: readonly string[]) => Advice | undefined) | undefined {
  if (server.type !== 'native' && server.type !== 'container') return undefined;
  return (stderr) => {
    const text = stderr.join('\n');
    return (
      (server.type === 'native' ? brokenCache(server, text) : undefined) ??
      (server.type === 'container' ? ofContainer(server, text) : undefined) ??
      missingKey(server, stderr, environment) ??
      (server.type === 'native' ? notPassedOn(server, text, environment) : undefined) ??
      packageFault(text, `in the entry (${placeText(server.place)})`)
    );
  };
}

/**
 * Runners keep each package in a folder with a hash or the package in its name. A broken one stays broken
 * until it is removed. uv makes its folders whole, or not at all.
 */
const FOLDERS = [
  String.raw`[/\\]_npx[/\\][0-9a-f]{8,}`,
  String.raw`[/\\]\.?bunx-\d+[/\\-](?:@[^/\\\s'"]+[/\\])?[^/\\\s'"]+`,
  String.raw`[/\\]pnpm[/\\]dlx[/\\][0-9a-f]{16,}`,
].join('|');
const CACHED = new RegExp(
  `(?:'(?=[/A-Za-z])(?<quoted>[^'\n]*?(?:${FOLDERS}))` +
    String.raw`|(?<path>(?:/|[A-Za-z]:\\)[^\s'"]*?(?:${FOLDERS})))\b`,
);
const BROKEN =
  /\b(?:ENOENT|ENOTEMPTY|EEXIST|EINTEGRITY|EJSONPARSE|MODULE_NOT_FOUND|Cannot find (?:module|package))\b/;

function brokenCache({ serverName }: NativeServer, text: string): Advice | undefined {
  const { quoted, path = quoted } = CACHED.exec(text)?.groups ?? {};
  if (path === undefined || !BROKEN.test(text)) return undefined;
  const command = `rm -rf ${shellWord(path)} && npx hive restart ${serverName}`;
  return { hint: `its package in the cache of ${runnerOf(path)} is incomplete: ${command}` };
}

const runnerOf = (path: string): string =>
  path.includes('_npx') ? 'npx' : /bunx-\d/.test(path) ? 'bunx' : 'pnpm dlx';

function ofContainer(server: ContainerServer, text: string): Advice | undefined {
  const change = cannotWrite(server, text) ?? ownLocalhost(server, text);
  return change === undefined ? undefined : { hint: `${change} (${placeText(server.place)})` };
}

function missingKey(
  server: NativeServer | ContainerServer,
  stderr: readonly string[],
  environment: Environment,
): Advice | undefined {
  const name = missingVariable(stderr);
  if (name === undefined || name in server.env) return undefined;
  const where = `in \`env\` of the entry (${placeText(server.place)})`;
  const isSet = environment[name] !== undefined;
  const hint = isSet ? `set ${name}: "\${${name}}" ${where}` : `set ${name} ${where}, its value in .env`;
  return { hint, needsEdit: true };
}

/** The file's name and the line: the folder is that of the stack. */
const placeText = ({ path, line }: Place): string => `${path.split(/[/\\]/).at(-1)}:${line}`;

/** Of npm's variables those that lead to a registry: `npm run` sets many others. */
const NPM = ['cafile', 'ca', 'proxy', 'https_proxy', 'registry', 'strict_ssl'].map(
  (it) => `npm_config_${it}`,
);

/** Complaints, and patterns of the variables whose lack may be the reason. */
const LACKS: readonly (readonly [complaint: RegExp, variables: readonly string[]])[] = [
  [
    /certificate|\bCERT_|self[- ]signed|UnknownIssuer|\bSSL/i,
    ['*_CERT', '*_CA_BUNDLE', '*_CAINFO', '*_CERT_FILE', '*_CERT_PATH', ...NPM, 'NODE_OPTIONS'],
  ],
  [
    /\bproxy\b|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ENETUNREACH|getaddrinfo|name resolution/i,
    ['*_PROXY', '*_proxy', '*_INDEX_URL', '*_INDEX', '*_REGISTRY', ...NPM],
  ],
  [/E40[134]/, ['*_INDEX_URL', '*_INDEX', '*_REGISTRY', 'npm_config_registry']],
  [
    /\bDISPLAY\b|\bX(?:11| server)|wayland|headed browser/i,
    ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'],
  ],
  [/docker daemon|docker\.sock|docker API/i, ['DOCKER_*', 'CONTAINER_HOST']],
  [/\(publickey\)|Could not read from remote repository/i, ['SSH_AUTH_SOCK', 'GIT_SSH*']],
  [/kubeconfig|kube ?config|connection to the server localhost:8080/i, ['KUBECONFIG']],
  [/\bAWS\b|Unable to locate credentials/, ['AWS_*']],
];

/** A variable that stands in the gateway's environment, but that native servers do not get unasked. */
function notPassedOn(server: NativeServer, text: string, environment: Environment): Advice | undefined {
  const passed = inheritedVariables([...USUAL_VARIABLES, ...(server.inheritEnv ?? [])], environment);
  const patterns = LACKS.flatMap(([complaint, variables]) => (complaint.test(text) ? variables : []));
  if (patterns.length === 0) return undefined;
  const names = Object.keys(inheritedVariables(patterns, environment))
    .filter((name) => !(name in passed) && !(name in server.env))
    .slice(0, MAX_NAMES);
  if (names.length === 0) return undefined;
  const list = names.join(', ');
  const are = names.length === 1 ? `${list} is` : `${list} are`;
  const add = `add inheritEnv: [${list}] to the entry (${placeText(server.place)})`;
  return { hint: `${are} set where Hive runs, but not passed on to servers: ${add}` };
}

/** Names of one hint. */
const MAX_NAMES = 4;
