/** Facts about one MCP client: where it keeps its servers, in which form, and how it reads them again. */

/** How a client writes an entry; ./dialects.ts has the entries. */
export type DialectName =
  | 'plain'
  | 'typed'
  | 'disabled'
  | 'roo'
  | 'http-url'
  | 'server-url'
  | 'codex'
  | 'continue'
  | 'goose'
  | 'opencode'
  | 'copilot'
  | 'vibe'
  | 'kimi-code'
  | 'librechat'
  | 'anythingllm';

/**
 * A path below a folder of the machine, with `/` on every system: `~/` the home, `<xdg>/`
 * `$XDG_CONFIG_HOME` or `~/.config`, `<config>/` the folder of applications, `<local>/` the one of this
 * machine alone (Windows), `<code>/` the user folder of VS Code.
 */
export type HomePath = string;

export interface PathsBySystem {
  /** In order: the first one that exists is used, else the first one whose folder exists. */
  readonly linux: readonly HomePath[];
  /** Absent: as on Linux. */
  readonly darwin?: readonly HomePath[];
  readonly win32?: readonly HomePath[];
}

export interface Client {
  /** As it is typed. */
  readonly id: string;
  readonly title: string;
  readonly paths: PathsBySystem;
  /** Variable of the environment that names the folder of `file` instead. */
  readonly override?: { readonly variable: string; readonly file: string };
  /** Further files with servers of this client, which only an import reads. */
  readonly alsoRead?: readonly HomePath[];
  /** Paths below the folder of a project, in the order of preference. */
  readonly project?: readonly string[];
  /** Paths of which one exists wherever the client is installed; absent: the folders of `paths`. */
  readonly traces?: readonly HomePath[];
  readonly format: 'json' | 'toml' | 'yaml';
  /** Keys that lead to the servers. A key may hold dots. */
  readonly key: readonly string[];
  /** Key below `key` that holds the servers in the files of some versions. */
  readonly innerKey?: string;
  /** `map`: by name; `list`: each entry has its `name`. */
  readonly shape: 'map' | 'list';
  readonly dialect: DialectName;
  /** Keys without which the client ignores an entry that others of the same file accept. */
  readonly needs?: readonly string[];
  /** True for a client that only starts servers itself. */
  readonly stdioOnly?: true;
  /** Reference to a variable of the environment within a header, `NAME` standing for the variable. */
  readonly reference?: string;
  /** Largest number of tools that the client passes on to its model. */
  readonly maxTools?: number;
  /** Largest number of characters of a tool's name, with what the client puts before it. */
  readonly maxNameLength?: number;
  /** True if the client follows changes of its file while it runs. */
  readonly rereads: boolean;
  /** Whether the client lists tools again when it is told that they changed; absent if that is not known. */
  readonly relists?: boolean;
  /** The step after which the client has the new entry. */
  readonly reload: string;
  readonly link?: LinkKind;
  /** Where entries are pasted by hand. Hive does not write the file of such a client. */
  readonly byHand?: string;
  /** Command of the client that adds servers, which Hive prints instead of writing the user's file. */
  readonly program?: 'claude';
  /** A sentence for the user. */
  readonly warning?: string;
}

/** Kinds of links that install a server in a client. */
export type LinkKind = 'cursor' | 'vscode' | 'vscode-insiders' | 'lm-studio';

/** Facts of the machine on which paths depend. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Absolute. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
