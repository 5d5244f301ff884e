/** Patterns in names of servers and tools, in which `*` matches any text. */

/**
 * Matches a `*` pattern. Only the last `*` is ever retried, so the time is at most text length × pattern
 * length.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [p, t, star] = [0, 0, -1];
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
