/** Problems as they may be printed: without the values of variables, and without credentials. */
import { type Values, variablesIn } from '../../model/references.ts';
import { createRedact } from '../../secrets/redact.ts';
import { secretVariables } from '../../secrets/secret-values.ts';
import type { Problem } from './diagnostics.ts';
import type { Source } from './source.ts';

/**
 * Messages quote what is wrong, with the references of `gateway` resolved; the value of a variable is shown
 * as `${NAME}`. Snippets have no values: see hidden.ts.
 */
export function cleanProblems(
  problems: readonly Problem[],
  sources: readonly Source[],
  values: Values,
): readonly Problem[] {
  const names = [...new Set(sources)].flatMap(({ text }) => variablesIn(text));
  const redact = createRedact(secretVariables(names, values));
  return problems.map((problem) => ({
    ...problem,
    message: redact(problem.message),
    hint: redact(problem.hint),
  }));
}
