/** Values of a config, as messages show them. */
import type { KeyPath } from '../source/source.ts';

/** The kind of a value, in words. */
export function kindWord(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : String(value);
}

/** Values below these keys may be secret and are never shown. */
const SECRET = new Set([
  'env',
  'tokens',
  'headers',
  'args',
  'url',
  'compose',
  'secrets',
  'clientSecret',
  'privateKey',
  'assertion',
]);

/**
 * `, not …` with a scalar as it was written, or with the kind of a list or map; empty if the value may be
 * secret.
 */
export function contrast(value: unknown, keyPath: KeyPath): string {
  if (typeof value === 'object') return `, not ${kindWord(value)}`;
  return mayBeSecret(keyPath) ? '' : `, not ${shown(value)}`;
}

/** True if the value at this key path is never shown. */
export const mayBeSecret = (keyPath: KeyPath): boolean => keyPath.some((key) => SECRET.has(String(key)));

/** A scalar as it was written; a list or map by its kind. */
export function shown(value: unknown): string {
  return typeof value === 'string'
    ? `"${value}"`
    : typeof value === 'object'
      ? kindWord(value)
      : String(value);
}

/** The value at a key path; undefined if there is none. */
export function valueAt(data: unknown, keyPath: KeyPath): unknown {
  return keyPath.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    data,
  );
}
