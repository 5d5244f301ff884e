/** Facts of tool definitions that matter when a tool is called. */
import type { Definition } from '../../../model/catalog.ts';
import { type ParamHeader, readParamHeaders } from '../../../wire/param-headers.ts';

export interface ToolFact {
  /** Arguments that the request repeats in HTTP headers. */
  readonly headers: readonly ParamHeader[];
  /** The structured content is not an object: legacy clients get it wrapped in one. */
  readonly isWrapped: boolean;
}

const PLAIN: ToolFact = { headers: [], isWrapped: false };

export class ToolFacts {
  readonly #isHttp: boolean;
  #tools: readonly Definition[] = [];
  /** By tool name; read at the first call after a new list. */
  #facts: ReadonlyMap<string, ToolFact> | undefined;

  constructor(isHttp: boolean) {
    this.#isHttp = isHttp;
  }

  /**
   * Takes a list as read. Returns the tools that can be called: over HTTP those whose headers can be sent.
   */
  update(
    tools: readonly Definition[],
    leaveOut: (key: string, problem: string) => void,
  ): readonly Definition[] {
    this.#tools = this.#isHttp ? tools.filter((tool) => canBeSent(tool, leaveOut)) : tools;
    this.#facts = undefined;
    return this.#tools;
  }

  of(name: string): ToolFact {
    this.#facts ??= new Map(
      this.#tools.filter(isSpecial).map((tool) => [tool.key, readFact(tool, this.#isHttp)]),
    );
    return this.#facts.get(name) ?? PLAIN;
  }
}

const HEADER_KEY = 'x-mcp-header';

const isSpecial = ({ json }: Definition): boolean =>
  json.includes(HEADER_KEY) || json.includes('outputSchema');

function readFact(tool: Definition, isHttp: boolean): ToolFact {
  const { outputSchema } = JSON.parse(tool.json) as { outputSchema?: { type?: unknown } | null };
  const headers = isHttp ? headersIn(tool) : [];
  return {
    headers: typeof headers === 'string' ? [] : headers,
    isWrapped: outputSchema != null && outputSchema.type !== 'object',
  };
}

/** A string is the reason why the headers are invalid. */
function headersIn({ json }: Definition): readonly ParamHeader[] | string {
  if (!json.includes(HEADER_KEY)) return [];
  return readParamHeaders((JSON.parse(json) as { inputSchema?: unknown }).inputSchema);
}

function canBeSent(tool: Definition, leaveOut: (key: string, problem: string) => void): boolean {
  const headers = headersIn(tool);
  if (typeof headers === 'string') leaveOut(tool.key, headers);
  return typeof headers !== 'string';
}
