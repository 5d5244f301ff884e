/** Suggestions: the known word that a misspelt one probably stands for. */
import { editDistance } from '../../model/text/edit-distance.ts';

/** The nearest known word, or undefined if none is near. */
export function similar(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const folded = fold(word);
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(folded, fold(candidate), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** At least the difference of the lengths: with a huge key, no more is computed. */
function distanceOf(a: string, b: string, limit: number): number {
  const least = Math.abs(a.length - b.length);
  return least > limit ? least : editDistance(a, b);
}

/** Equates spellings: env_file, env-file and EnvFile are all `envfile`. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '');
}
