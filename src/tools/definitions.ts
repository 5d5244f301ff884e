/** Operations as MCP tool definitions. */
import { type Effect, type OperationFacts, ROLE_META } from '../model/operation.ts';
import { roleNeeded } from '../policy/decide.ts';

/**
 * Hints for clients that ask for confirmation (schema, ToolAnnotations). Operations act on this gateway
 * alone, so the world is closed. Destroying something twice has the effect of destroying it once.
 */
const ANNOTATIONS: Readonly<Record<Effect, object>> = {
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  change: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  destroy: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
};

/** The `tools` array of a `tools/list` result. */
export function toolDefinitions(operations: readonly OperationFacts[]): readonly object[] {
  return operations.map(({ name, title, summary, effect, role, input, output, isOpenWorld }) => ({
    name,
    title,
    description: summary,
    inputSchema: input,
    ...(output && { outputSchema: output }),
    annotations: { ...ANNOTATIONS[effect], ...(isOpenWorld && { openWorldHint: true }) },
    // Only where it differs from what the effect says: models read every byte.
    ...(role !== undefined && role !== roleNeeded({ effect }) && { _meta: { [ROLE_META]: role } }),
  }));
}
