/** Grammars of config values, each with the sentence that a wrong value gets. */
import { z } from 'zod';

/** Option of `safeParse`: compiling a parser to code takes longer than parsing a file or two without one. */
export const READ_ONCE = { jitless: true };

/** Servers list what they like: `repos/get`, `db:query`. Hive leaves out names with control characters. */
export const TOOL_NAME = /^[ -~\u00a0-\uffff]{1,256}$/;
/** Names that the file gives to tools are those that APIs of models take. */
export const SHOWN_NAME = /^[A-Za-z0-9_-]{1,64}$/;
export const TOOL_PATTERN = TOOL_NAME;
/** Hive itself names networks of one server `isolated-…`. */
export const NETWORK_NAME = /^(?!isolated-|default$)[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MEMORY = /^\d+(\.\d+)?(b|k|kb|m|mb|g|gb)?$/i;
const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const DISK_UNIT_BYTES: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
/** Files of logs are dropped whole. */
const LEAST_DISK_BYTES = 2 ** 24;
/** Docker and Podman refuse less. */
const LEAST_MEMORY_BYTES = 6 * 2 ** 20;
const DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;
const AGE = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;
const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?([kmgt])i?b?$/i;
const RESTART = /^(no|always|unless-stopped|on-failure(:\d+)?)$/;
const CAPABILITY = /^(CAP_)?[A-Za-z_]+$/;

/** A grammar by regular expression. `error` continues a sentence that begins with the name of the key. */
export function pattern(expression: RegExp, error: string): z.ZodString {
  return z.string().regex(expression, { error });
}

/** URL to which secrets are sent: HTTPS, or HTTP within this machine. */
export const secureUrl = pattern(
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$))/,
  'must be a URL that begins with https://',
);

/** A number of seconds, or text with units. */
export const duration = z.union(
  [z.number().positive(), pattern(DURATION, 'must be a duration such as 500ms, 30s or 2m')],
  { error: 'must be a duration such as 500ms, 30s or 2m, or a number of seconds' },
);
/** A duration, or 0 for never. */
export const durationOrOff = z.union(
  [z.number().min(0), pattern(DURATION, 'must be a duration such as 30s or 2m, or 0 for never')],
  { error: 'must be a duration such as 30s or 2m, a number of seconds, or 0 for never' },
);
const isEnough = (size: string | number): boolean => !(bytesOf(size) < LEAST_MEMORY_BYTES);
const TOO_LITTLE = {
  error: 'must be at least 6m: engines refuse less, and a number without a unit means bytes',
};
export const memory = z.union(
  [
    z.int().positive().refine(isEnough, TOO_LITTLE),
    pattern(MEMORY, 'must be a size such as 512m or 2g').refine(isEnough, TOO_LITTLE),
  ],
  { error: 'must be a size such as 512m or 2g' },
);

/** Bytes of `1GiB`, `1g` or `500 MB`, all of them powers of two; NaN for a text of another form. */
export function diskBytesOf(size: string): number {
  const [, amount = '', unit = ''] = SIZE.exec(size) ?? [];
  return amount === ''
    ? Number.NaN
    : Math.round(Number(amount) * (DISK_UNIT_BYTES[unit.toLowerCase()] ?? Number.NaN));
}

/** NaN for a text of another form. */
function bytesOf(size: string | number): number {
  const [, amount = '', unit = 'none'] = /^(\d+(?:\.\d+)?)([bkmg]?)b?$/i.exec(String(size)) ?? [];
  return amount === '' ? Number.NaN : Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? Number.NaN);
}
/** A duration that may name days. */
export const age = pattern(AGE, 'must be a duration such as 12h or 7d');
/** Of what a disk keeps. */
export const diskSize = pattern(SIZE, 'must be a size such as 500MiB or 1GiB').refine(
  (size) => !(diskBytesOf(size) < LEAST_DISK_BYTES),
  { error: 'must be at least 16MiB' },
);
export const restart = pattern(RESTART, 'must be no, always, unless-stopped, on-failure or on-failure:3');
export const capability = pattern(CAPABILITY, 'must be a Linux capability such as NET_BIND_SERVICE');
export const port = z.int({ error: 'must be a port number' }).min(1).max(65535);

/** Text; a number or true/false counts as its text. */
export const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'must be text' });

/** A value, or a list of values. */
export function oneOrMany<T extends z.ZodType>(item: T): z.ZodUnion<[T, z.ZodArray<T>]> {
  return z.union([item, z.array(item)], { error: 'must be text or a list of texts' });
}

export const words = z.union([z.string(), z.array(scalar)], {
  error: 'must be a command line, or a list of words',
});

/** Certificate authorities to trust beside the usual ones. @param whom whose certificates they sign */
export const trust = (whom: string) =>
  z
    .strictObject({
      ca: z
        .string()
        .min(1)
        .describe(
          'PEM file of certificate authorities to trust beside the usual ones, relative to this file.',
        ),
    })
    .describe(`Trust for ${whom}: \`{ ca: ./corp.pem }\`.`);
