/** URLs for display. */

/** A URL without its query and user part, which can hold secrets. */
export function publicUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
