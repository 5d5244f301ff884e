/** Builds among raw Compose keys. */
import { isRecord } from '../../model/collections/is-record.ts';

/** True for raw Compose keys that say what to build the image from. */
export function isBuiltByRawKeys(compose: unknown): boolean {
  const { build } = Object(compose) as { readonly build?: unknown };
  return typeof build === 'string' || (isRecord(build) && 'context' in build);
}
