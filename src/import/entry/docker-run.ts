/** Turns `docker run …` into a container entry, so that the stack's limits apply and nothing remains. */
import { type Keys, type Tell, textsOf } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';

type Entry = Record<string, unknown>;

/** What one option adds to the entry. */
type Apply = (entry: Entry, value: string) => void;

/** Options without a value that say how a person would run it. */
const DROPPED_FLAGS =
  /^(-i|-t|-d|-it|-ti|-q|--interactive|--tty|--rm|--detach|--init|--quiet|--sig-proxy(=\w+)?)$/;

const append =
  (key: string): Apply =>
  (entry, value) => {
    entry[key] = [...textsOf(entry[key]), value];
  };
const set =
  (key: string): Apply =>
  (entry, value) => {
    entry[key] = value;
  };
const raw =
  (key: string, isList = false): Apply =>
  (entry, value) => {
    const compose = isRecord(entry.compose) ? entry.compose : {};
    entry.compose = { ...compose, [key]: isList ? [...textsOf(compose[key]), value] : value };
  };
const drop: Apply = () => {};

/** Options with a value. */
const OPTIONS: Readonly<Record<string, Apply>> = {
  '-e': addVariable,
  '--env': addVariable,
  '--env-file': append('envFile'),
  '-v': append('volumes'),
  '--volume': append('volumes'),
  '--mount': addMount,
  '-p': append('ports'),
  '--publish': append('ports'),
  '--network': setNetwork,
  '--net': setNetwork,
  '-u': set('user'),
  '--user': set('user'),
  '-w': set('workdir'),
  '--workdir': set('workdir'),
  '--entrypoint': (entry, value) => {
    entry.entrypoint = [value];
  },
  '--platform': set('platform'),
  '-m': set('memory'),
  '--memory': set('memory'),
  '--cpus': (entry, value) => {
    entry.cpus = Number(value);
  },
  '--pids-limit': (entry, value) => {
    entry.pids = Number(value);
  },
  '--runtime': set('runtime'),
  '--pull': set('pull'),
  '--tmpfs': append('tmpfs'),
  '--cap-add': append('capAdd'),
  '--add-host': raw('extra_hosts', true),
  '--dns': raw('dns', true),
  '--shm-size': raw('shm_size'),
  '--hostname': raw('hostname'),
  '-h': raw('hostname'),
  '--ipc': raw('ipc'),
  '--device': raw('devices', true),
  '--group-add': raw('group_add', true),
  '--name': drop,
  '-l': drop,
  '--label': drop,
  '--cap-drop': drop,
  '--security-opt': drop,
  '--restart': drop,
  '--log-driver': drop,
  '--log-opt': drop,
  '--stop-timeout': drop,
  '-a': drop,
  '--attach': drop,
};

/** The entry of a container; the same entry if it runs something else, or has an option unknown here. */
export function dockerRunToContainer(keys: Keys, tell: Tell): Keys {
  const { command, args, env, ...rest } = keys;
  if (typeof command !== 'string' || !/(^|[/\\])(docker|podman)(\.exe)?$/.test(command)) return keys;
  const words = textsOf(args);
  const start = words[0] === 'container' ? 1 : 0;
  if (words[start] !== 'run') return keys;
  const entry: Entry = { env: {} };
  const at = readOptions(words.slice(start + 1), entry);
  if (typeof at === 'string') {
    tell(`runs docker as a native process, since Hive has no key for ${at}: the stack's limits do not apply`);
    return keys;
  }
  const [image, ...last] = words.slice(start + 1 + at);
  if (image === undefined) return keys;
  const passed = variablesOf(entry, isRecord(env) ? env : {});
  return {
    image,
    ...rest,
    ...entry,
    env: passed,
    ...(last.length > 0 ? { command: last } : {}),
  };
}

/** Number of words before the image; the option if it is not known. */
function readOptions(words: readonly string[], entry: Entry): number | string {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return at;
    if (DROPPED_FLAGS.test(word)) continue;
    if (word === '--read-only') {
      entry.readOnly = true;
      continue;
    }
    const { option, value } = splitOption(word);
    const apply = Object.hasOwn(OPTIONS, option) ? OPTIONS[option] : undefined;
    if (!apply) return option;
    if (value === undefined) at++;
    apply(entry, value ?? words[at] ?? '');
  }
  return at;
}

/** `--name=value`, or `-eNAME` with its value behind the letter. */
function splitOption(word: string): { option: string; value: string | undefined } {
  if (!word.startsWith('--') && word.length > 2)
    return { option: word.slice(0, 2), value: word.slice(2).replace(/^=/, '') };
  const at = word.indexOf('=');
  return at < 0
    ? { option: word, value: undefined }
    : { option: word.slice(0, at), value: word.slice(at + 1) };
}

/** `-e NAME` passes on a variable of the `docker` command. */
function addVariable(entry: Entry, text: string): void {
  const at = text.indexOf('=');
  const pair = at < 0 ? { [text]: undefined } : { [text.slice(0, at)]: text.slice(at + 1) };
  entry.env = { ...(isRecord(entry.env) ? entry.env : {}), ...pair };
}

function variablesOf(entry: Entry, own: Keys): Record<string, unknown> {
  const named = isRecord(entry.env) ? entry.env : {};
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, value ?? own[name] ?? `\${${name}}`]),
  );
}

/** `type=bind,source=A,target=B,readonly` is `A:B:ro`. */
function addMount(entry: Entry, text: string): void {
  const parts = Object.fromEntries(
    text.split(',').map((part) => {
      const [key = '', value = 'true'] = part.split(/=(.*)/s);
      return [key, value];
    }),
  );
  const target = parts.target ?? parts.dst ?? parts.destination;
  if (parts.type === 'tmpfs') {
    append('tmpfs')(entry, String(target));
    return;
  }
  const isReadOnly = ['readonly', 'ro'].some((key) => parts[key] === 'true' || parts[key] === '1');
  append('volumes')(entry, `${parts.source ?? parts.src}:${target}${isReadOnly ? ':ro' : ''}`);
}

/** Docker's `bridge` is a network with access to the internet, as Hive's own default. */
function setNetwork(entry: Entry, value: string): void {
  if (value !== 'bridge' && value !== 'default') entry.network = value;
}
