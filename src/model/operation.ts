/** Operations: the verbs of Hive itself. One definition becomes an MCP tool, an HTTP route and a command. */
import type { Caller } from './caller.ts';

/** `read` changes nothing; `change` adds or alters; `destroy` removes what cannot be brought back. */
export type Effect = 'read' | 'change' | 'destroy';

/** A JSON Schema of draft 2020-12, without `$schema`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What people and programs are told about an operation; all of it is plain JSON. */
export interface OperationFacts {
  /** `server_list`: the name of the tool, the route and the command. */
  readonly name: string;
  /** Two or three words for menus. */
  readonly title: string;
  /** What it does and when to use it, in one or two sentences that a model reads. */
  readonly summary: string;
  readonly effect: Effect;
  /** Of the input object. Only what JSON Schema expresses is checked. */
  readonly input: JsonSchema;
  /** Of the output object. */
  readonly output: JsonSchema;
}

export interface Operation extends OperationFacts {
  /**
   * @param input valid against the input schema, defaults filled in
   * @throws GatewayError for every failure that the caller can do something about
   */
  run(input: unknown, context: OperationContext): Promise<unknown>;
  /** A short text of an output, for people and models: problems first. */
  text(output: unknown): string;
}

/** What an operation knows about the request that runs it. */
export interface OperationContext {
  readonly caller: Caller;
  /** Aborted when the caller withdraws the request or the server closes; the operation should then end soon. */
  readonly signal: AbortSignal;
  /** Reports progress; without effect for a caller that did not ask for any. */
  readonly progress: (report: ProgressReport) => void;
}

/** MCP progress: `progress` must increase from one report to the next. */
export interface ProgressReport {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A set of operations that can be run by name. */
export interface OperationRunner {
  readonly all: readonly OperationFacts[];
  /**
   * Validates the input, then runs the operation.
   * @throws GatewayError USAGE for an unknown operation or an invalid input, else what the operation throws
   */
  run(name: string, input: unknown, context: OperationContext): Promise<OperationResult>;
}

export interface OperationResult {
  /** Valid against the output schema. */
  readonly output: unknown;
  readonly text: string;
}
