/** The short syntaxes of Compose for ports and volumes, as far as Hive must understand them. */

export interface HostPort {
  /** Undefined if the engine picks the host port. */
  readonly host: number | undefined;
  readonly address: string;
  readonly protocol: string;
}

const ADDRESS = /(?<address>\[[0-9a-fA-F:]+\]|\d+\.\d+\.\d+\.\d+)/.source;
const HOST = /(?<host>\d+)(?:-(?<last>\d+))?/.source;
const TARGET = /(?<target>\d+)(?:-\d+)?(?:\/(?<protocol>tcp|udp))?/.source;
const PORT = new RegExp(`^(?:${ADDRESS}:)?(?:${HOST}:|:)?${TARGET}$`);

/**
 * Every host port that `[ADDRESS:][HOST[-LAST]:]TARGET[/tcp|udp]` publishes; undefined if the text has
 * another form.
 */
export function publishedPorts(text: string): HostPort[] | undefined {
  const groups = PORT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { address = '0.0.0.0', host, last = host, protocol = 'tcp' } = groups;
  if (host === undefined) return [{ host: undefined, address, protocol }];
  const [from, to] = [Number(host), Number(last)];
  if (from < 1 || to > 65535 || to < from || to - from > 1000) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => ({ host: from + index, address, protocol }));
}

/** True if both cannot be bound: the same port and protocol on overlapping addresses. */
export function portsCollide(a: HostPort, b: HostPort): boolean {
  const anywhere = [a.address, b.address].some((address) => address === '0.0.0.0' || address === '[::]');
  return (
    a.host !== undefined &&
    a.host === b.host &&
    a.protocol === b.protocol &&
    (anywhere || a.address === b.address)
  );
}

export interface VolumeMount {
  readonly source: string;
  /** `volume`: a named volume; `path`: a folder on this machine; `reference`: begins with `${…}` or `~`. */
  readonly kind: 'volume' | 'path' | 'reference';
  /** Path in the container, with options. */
  readonly rest: string;
}

/** Each character can be read in one way only: otherwise the time would double with each reference. */
const VOLUME = /^(?<source>(?:\$\{[^}]*\}|[^:$]|\$(?!\{))+):(?<rest>(?:\/|\$\{)[^:]*(?::[a-zA-Z,]+)?)$/;

/** Options of a mount. Compose passes over others, such as `RO`, and takes the last of `ro` and `rw`. */
const OPTIONS = /^(ro|rw|z|Z|nocopy|cached|delegated|consistent|r?(shared|slave|private))$/;

function areOptions(text: string | undefined): boolean {
  const options = text?.split(',') ?? [];
  return options.every((it) => OPTIONS.test(it)) && !(options.includes('ro') && options.includes('rw'));
}

/** Parses `SOURCE:/path[:options]`; undefined if the text has another form. */
export function parseVolume(text: string): VolumeMount | undefined {
  const groups = VOLUME.exec(text)?.groups;
  if (groups?.source === undefined || groups.rest === undefined) return undefined;
  const { source, rest } = groups;
  if (!areOptions(/:([^:/}]*)$/.exec(rest)?.[1])) return undefined;
  if (/^(\$\{|~)/.test(source)) return { source, kind: 'reference', rest };
  if (/^[./]/.test(source)) return { source, kind: 'path', rest };
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(source) ? { source, kind: 'volume', rest } : undefined;
}
