/** Results of `tools/call`: structured content with a short text, or an error. */
import { type GatewayError, toGatewayError } from '../errors.ts';
import type { OperationResult } from '../model/operation.ts';

export interface ToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: true;
}

/** Structured content, and the text for clients that do not read it. */
export function successResult({ output, text }: OperationResult): ToolResult {
  return { content: [{ type: 'text', text }], structuredContent: output };
}

/**
 * An error of the tool, not of the protocol, so that the model reads it and can retry (server/tools, Error
 * Handling).
 */
export function failureResult(thrown: unknown): ToolResult {
  return { content: [{ type: 'text', text: failureText(toGatewayError(thrown)) }], isError: true };
}

/** Message, stable code, place in the config file, and fix, one per line. */
function failureText({ message, code, place, hint }: GatewayError): string {
  const lines = [message, `code: ${code}`];
  if (place) lines.push(`at: ${place.path}:${place.line}`);
  if (hint) lines.push(`fix: ${hint}`);
  return lines.join('\n');
}
