/** An MCP session of a command with the running gateway, by the SDK's client. */
import type { Client } from '@modelcontextprotocol/client';
import { systemClock } from '../../clock.ts';
import { waitFor, within } from '../../model/time/wait.ts';
import { endLostRequests } from './lost-requests.ts';
import type { Answer, Question } from './questions.ts';
import { isInvalid, refusal } from './refusal.ts';

/** The gateway limits calls itself, and says why it gives one up. */
const NO_LIMIT_MS = 2 ** 31 - 1;
/** A gateway that does not answer ends the session by itself later. */
const END_MS = 2_000;

export interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message?: string | undefined;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What a tool answered: `tools/call` of the specification, server/tools. */
export interface ToolResult {
  readonly content: readonly Content[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

/** A content block, of any type: server/tools, Tool Result. */
export interface Content {
  readonly type: string;
  readonly text?: string;
  /** base64 */
  readonly data?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly name?: string;
  readonly resource?: {
    readonly uri: string;
    readonly text?: string;
    /** base64 */
    readonly blob?: string;
    readonly mimeType?: string;
  };
}

/** A tool by its public name, and the server that has it. */
export interface Tool {
  readonly name: string;
  readonly server: string;
}

/** Access to the endpoint of a gateway. */
export interface Access {
  readonly url: string;
  readonly token: string;
}

/** The owner must close it. */
export class CallSession {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /**
   * @param ask answers questions of servers; undefined: nobody is there to answer
   * @param signal gives up the opening: a gateway that stands still would hold it
   */
  static async open(
    { url, token }: Access,
    ask: ((question: Question) => Promise<Answer>) | undefined,
    signal: AbortSignal,
  ): Promise<CallSession> {
    const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    const capabilities = ask ? { elicitation: { form: {}, url: {} } } : {};
    const client = new Client({ name: 'hive-call', title: 'hive call', version: '1' }, { capabilities });
    if (ask)
      client.setRequestHandler('elicitation/create', async ({ params }) =>
        answerOf(await ask(params as Question)),
      );
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
    endLostRequests(transport);
    const brokenOff = (): never => {
      throw new Error('broken off');
    };
    const limit = { clock: systemClock, ms: NO_LIMIT_MS, signal };
    await waitFor(client.connect(transport), limit, brokenOff).catch((cause: Error) => {
      void client.close();
      throw refusal(cause);
    });
    return new CallSession(client);
  }

  /**
   * @throws GatewayError with the error of the gateway, SERVER_REFUSED with that of the server
   * @throws GatewayError NOT_RUNNING if the gateway ended
   */
  async call(tool: Tool, args: Record<string, unknown>, options: CallOptions): Promise<ToolResult> {
    const { signal, onProgress: onprogress } = options;
    const request = { signal, onprogress, timeout: NO_LIMIT_MS };
    let unread: Error | undefined;
    // A message that the SDK cannot read ends the stream, as the end of the gateway does.
    this.#client.onerror = (error) => {
      unread = error;
    };
    const calling = this.#client.callTool({ name: tool.name, arguments: args }, request);
    return (await calling.catch((cause: Error) => {
      throw refusal(unread && isInvalid(unread) ? unread : cause, tool.server);
    })) as ToolResult;
  }

  async close(): Promise<void> {
    const { transport } = this.#client;
    if (transport && 'terminateSession' in transport) {
      const ending = (transport.terminateSession as () => Promise<void>)().catch(() => {});
      await within(ending, END_MS, systemClock);
    }
    await this.#client.close();
  }
}

/** As the SDK wants it: the values of a form are strings, numbers, booleans or lists of strings. */
const answerOf = ({ action, content = {} }: Answer) => ({
  action,
  ...(action === 'accept' ? { content: content as Record<string, string> } : {}),
});
