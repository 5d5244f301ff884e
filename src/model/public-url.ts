/** A URL as it may be shown: its query and user part can be secrets. */
export function publicUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
