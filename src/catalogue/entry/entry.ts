/** One entry of the catalogue: what a server is, how it can be run, and what it needs. */

/** Every text of an entry comes from others: readers cut and clean it, and it is shown as text only. */
export interface Entry {
  /** `SOURCE/NAME`: `hive/sqlite`, `docker/sqlite`, `io.github.someone/search`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly category?: string;
  readonly tags?: readonly string[];
  /** Where its source or documentation is. */
  readonly home?: string;
  /** In the order in which they are preferred. None: `unsupported` says why. */
  readonly ways: readonly Way[];
  readonly parameters?: readonly Parameter[];
  readonly secrets?: readonly Secret[];
  /** When the secrets and parameters are used: without them the server does not start, or its calls fail. */
  readonly needs?: 'start' | 'call';
  readonly tools?: readonly Tool[];
  readonly unsupported?: string;
  readonly verified?: Verified;
  /** Why nobody has started it for the catalogue. */
  readonly unverified?: string;
}

/**
 * Texts of a way are templates: `{{name}}` stands for a parameter, `${NAME}` for a secret of the entry. Any
 * other `$` is text.
 */
export type Way = ImageWay | PackageWay | RemoteWay;

export interface ImageWay extends Launch {
  readonly kind: 'image';
  readonly image: string;
  readonly volumes?: readonly string[];
  readonly network?: 'none';
  readonly user?: string;
  /** Of a server that speaks HTTP. */
  readonly port?: number;
  readonly path?: string;
}

export interface PackageWay extends Launch {
  readonly kind: 'npm' | 'pypi';
  readonly package: string;
  readonly version?: string;
  /** Program of the package, if it is not the one that runners choose. */
  readonly program?: string;
  /** Requirements beside the package, which pin what its own leave open: `mcp<2`. */
  readonly with?: readonly string[];
  /** Options of the runner. */
  readonly runtime?: readonly string[];
  /** It needs the scripts that packages run while they are installed, or packages that must be compiled. */
  readonly scripts?: true;
}

export interface RemoteWay {
  readonly kind: 'remote';
  readonly url: string;
  readonly transport: 'http' | 'sse';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Launch {
  readonly args?: readonly Argument[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A list is left out as a whole if one of its parameters is not given: an option and its value. */
export type Argument = string | readonly string[];

/** A part of JSON Schema: what parameters of catalogues use. */
export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array';
  readonly description?: string;
  readonly required?: true;
  readonly default?: ParameterValue;
  readonly example?: string;
  readonly choices?: readonly string[];
}

export type ParameterValue = string | number | boolean | readonly string[];

export interface Secret {
  /** Variable from which Hive takes it. */
  readonly name: string;
  readonly description?: string;
  readonly example?: string;
  readonly optional?: true;
}

export interface Tool {
  readonly name: string;
  readonly description?: string;
}

/** What was seen when the server was really started, as Hive would start it. */
export interface Verified {
  readonly way: Way['kind'];
  readonly version: string;
  /** Day, as 2026-11-29. */
  readonly date: string;
  /** Bytes of `tools` in the server's tools/list: what the definitions cost a model. */
  readonly bytes: number;
  /** From the start of the installed program to its list of tools. */
  readonly startMs: number;
  /** Of the list of tools, as JSON with sorted members. */
  readonly sha256: string;
}

/** What a source could not say of one entry. The other entries of the source are read all the same. */
export interface EntryProblem {
  readonly id: string;
  readonly reason: string;
}

/** The last part of the id. */
export const shortName = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
/** The part before the first slash: `docker`. */
export const sourceOf = (id: string): string => id.slice(0, Math.max(0, id.indexOf('/')));
