/** The version of Hive. */

/** Equal to the version in package.json, which a test checks. */
export const HIVE_VERSION = '0.1.0';
