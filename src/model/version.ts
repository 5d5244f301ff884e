/** As in package.json; a test holds the two together. */
export const HIVE_VERSION = '0.1.0';
