/** Secrets that Hive keeps: their values, and why those cannot be read. */
/** Why kept secrets cannot be read. */
export interface SecretTrouble {
  readonly message: string;
  readonly hint: string;
}

export interface SecretReading {
  /** By name. Secrets that are not kept are absent. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Files whose change may change a value, whether or not they exist. */
  readonly watched: readonly string[];
  /** By name: secrets that cannot be read. They have no value, from wherever. */
  readonly troubles: SecretTroubles;
}

export type SecretTroubles = ReadonlyMap<string, SecretTrouble>;

/** Reads secrets by name. Never rejects. */
export type ReadSecrets = (names: readonly string[]) => Promise<SecretReading>;

/** No secrets, for files that refer to none. */
export const readNoSecrets: ReadSecrets = async () => ({ values: {}, watched: [], troubles: new Map() });
