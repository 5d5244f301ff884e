/** Suggestions: the known word that a misspelt one probably stands for. */
import { editDistance } from '../../model/text/edit-distance.ts';

/** The nearest known word, or undefined if none is near. */
export function similar(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(fold(word), fold(candidate)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Equates spellings: env_file, env-file and EnvFile are all `envfile`. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '');
}
