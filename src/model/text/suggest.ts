/** Finds the known name that is nearest to an unknown one ("did you mean"). */
import { editDistance } from './edit-distance.ts';

const LONGEST = 100;

/** Prefers a name that differs only by its prefix, case or separators; then one at a small edit distance. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = fold(name);
  let best: string | undefined;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const candidate of known) {
    const folded = fold(candidate);
    if (folded === wanted || folded.endsWith(`_${wanted}`)) return candidate;
    if (Math.abs(folded.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, folded);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const fold = (name: string): string => name.toLowerCase().replace(/[-. /]/g, '_');
