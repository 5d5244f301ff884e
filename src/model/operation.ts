/** Operations: the verbs of Hive itself. Each definition becomes an MCP tool, an HTTP route and a command. */

import type { Role } from './access/role.ts';
import type { Caller } from './caller.ts';
import type { Json } from './text/json.ts';
import type { ProgressReport } from './watch/progress-report.ts';

/** `read` changes nothing, `change` adds or alters, `destroy` removes irrecoverably. */
export type Effect = 'read' | 'change' | 'destroy';

/** Member of a tool's `_meta` that has its role, where that is not the usual one of its effect. */
export const ROLE_META = 'hive/role';

/** A JSON Schema of draft 2020-12, without `$schema`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The description of an operation, as plain JSON. */
export interface OperationFacts {
  /** Name of the tool, the route and the command, such as `server_list`. */
  readonly name: string;
  /** Two or three words for menus. */
  readonly title: string;
  /** One or two sentences for models: what the operation does, and when to use it. */
  readonly summary: string;
  readonly effect: Effect;
  /** Least role of a caller who may run it; absent: `read` to read, else `operate`. */
  readonly role?: Role | undefined;
  /** Schema of the input object. Inputs are checked against this alone. */
  readonly input: JsonSchema;
  /** Schema of the output object; absent if the result is that of another server. */
  readonly output?: JsonSchema | undefined;
  /** True if it reaches beyond this gateway: registries, or other servers. */
  readonly isOpenWorld?: true | undefined;
}

export interface Operation extends OperationFacts {
  /**
   * @param input valid against the input schema, defaults filled in
   * @throws GatewayError for every failure that is not a defect
   */
  run(input: unknown, context: OperationContext): Promise<unknown>;
  /** Short text of an output, for people and models, with problems first. */
  text(output: unknown): string;
}

/** The request that runs an operation. */
export interface OperationContext {
  readonly caller: Caller;
  /** Aborted when the caller cancels the request or the server closes. The operation should then end soon. */
  readonly signal: AbortSignal;
  /** Members of the `tools/call` beside its name and arguments: `_meta`, and answers to questions. */
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  /** Reports progress. Has no effect if the caller did not ask for progress. */
  readonly progress: (report: ProgressReport) => void;
}

/**
 * A result of `tools/call` that an operation passes on as it is, in place of an output: of another server, or
 * a question to the caller.
 */
export class PassedOn {
  /** JSON text of the result. */
  readonly json: Json;
  /** True if it has the `resultType` of the modern era. */
  readonly isModern: boolean;

  constructor(json: Json, isModern: boolean) {
    this.json = json;
    this.isModern = isModern;
  }
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
  /** Valid against the output schema, or a `PassedOn`. */
  readonly output: unknown;
  readonly text: string;
}
