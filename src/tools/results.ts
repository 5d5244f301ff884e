/** Results of `tools/call`: structured content with a short text, or a failure in words. */
import { type GatewayError, toGatewayError } from '../errors.ts';
import type { OperationResult } from '../model/operation.ts';

export interface ToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: true;
}

export function successResult({ output, text }: OperationResult): ToolResult {
  return { content: [{ type: 'text', text }], structuredContent: output };
}

/** A failure of the tool, not of the protocol: a model reads it and can try again (server/tools, Error Handling). */
export function failureResult(thrown: unknown): ToolResult {
  return { content: [{ type: 'text', text: failureText(toGatewayError(thrown)) }], isError: true };
}

/** What happened, the stable code, the place in the config file, what to do: a line each. */
function failureText({ message, code, place, hint }: GatewayError): string {
  const lines = [message, `code: ${code}`];
  if (place) lines.push(`at: ${place.path}:${place.line}`);
  if (hint) lines.push(`fix: ${hint}`);
  return lines.join('\n');
}
