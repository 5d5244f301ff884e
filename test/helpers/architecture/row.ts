/** Permissions of a folder or file of `src/`. A file below the root has a row only if it may do more than its folder. */
export type Row = {
  /** Purpose of the folder or file, as shown in CONTRIBUTING.md. */
  readonly what: string;
  /** Other first-level folders, root files, or folders within them that it may import. Holds for its sub-folders too. */
  readonly may?: readonly string[];
  /** Packages and modules of Node, as written in the import; `node:crypto#createHash` for one name of a module. */
  readonly modules?: readonly string[];
  /** Globals beyond those of the language itself: clock, randomness, environment, network. */
  readonly globals?: readonly string[];
  /** Sub-folders from top to bottom, `.` for the files beside them. Those on one floor do not know each other. */
  readonly floors?: readonly (string | readonly string[])[];
  /**
   * `pure`: no clock, randomness, environment, files or network. Holds for everything within that does not say otherwise.
   * `reads files`: an exception within a pure folder.
   */
  readonly purity?: 'pure' | 'reads files';
};

/** Rows by path below `src/`. */
export type Table = Readonly<Record<string, Row>>;
