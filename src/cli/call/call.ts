/** `hive call`: calls one tool of the running gateway from a shell. */
import type { JsonSchema } from '../../model/operation.ts';
import type { ToolRow } from '../../model/operator.ts';
import { controlOf } from '../stack/control-of.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { canAsk, clearTransient, print, printError, printJson, printTransient } from '../terminal/print.ts';
import { findTool } from './find-tool.ts';
import { askPerson, terminalPrompts } from './questions.ts';
import { piecesOf } from './result.ts';
import { saveAttachment } from './save.ts';
import { type Access, CallSession, type Progress, type ToolResult } from './session.ts';
import { SOURCES } from './sources.ts';
import { propertiesOf } from './types.ts';
import { type Arguments, readWords } from './words.ts';

export interface CallOptions extends ConfigOption {
  /** Calls at the address of this view. */
  readonly view?: string;
  readonly json?: boolean;
  /** Folder for pictures and other bytes; the current one by default. */
  readonly out?: string;
}

/** As a shell counts a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

/**
 * @param words arguments of the tool: `KEY=VALUE`, JSON, `@FILE` or `-`
 * @returns 0; 1 if the tool answered with an error
 * @throws GatewayError USAGE for a wrong tool or wrong arguments, NOT_RUNNING, SERVER_REFUSED
 */
export async function call(name: string, words: readonly string[], options: CallOptions): Promise<number> {
  const { tool, args, access } = await prepare(name, words, options);
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  let session: CallSession | undefined;
  try {
    session = await CallSession.open(access, await questioner(), interrupt.signal);
    const result = await session.call(tool, args, {
      signal: interrupt.signal,
      onProgress: showProgress,
    });
    clearTransient();
    show(result, tool, options);
    return result.isError ? 1 : 0;
  } catch (error) {
    clearTransient();
    if (interrupt.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    await session?.close();
  }
}

interface Prepared {
  readonly tool: ToolRow;
  readonly args: Arguments;
  readonly access: Access;
}

/** Finds the tool and checks its arguments before anything is called. */
async function prepare(name: string, words: readonly string[], options: CallOptions): Promise<Prepared> {
  const control = await controlOf(options);
  try {
    const tool = await findTool(control, name, options.view);
    const args = await readWords(words, tool.inputSchema ?? {}, SOURCES);
    await check(tool, args);
    const [{ url }, token] = [await control.status(), await control.token()];
    return { tool, args, access: { url: viewUrl(url, options.view), token } };
  } finally {
    await control.close();
  }
}

const viewUrl = (url: string, view: string | undefined): string =>
  view === undefined ? url : `${url}?view=${encodeURIComponent(view)}`;

async function check(tool: ToolRow, args: Arguments): Promise<void> {
  const { name, inputSchema = {} } = tool;
  const { checkArguments } = await import('./check-arguments.ts');
  if (!(await checkArguments(tool, args)))
    printError(`the schema of ${name} takes too long to check; the arguments are sent as they are`);
  for (const key of unknownKeys(args, inputSchema))
    printError(`${name} has no argument ${key}; it is sent, since the tool may take more than it says`);
}

/** A tool that takes more arguments than its schema names would take a misspelt one without a word. */
function unknownKeys(args: Arguments, schema: JsonSchema): string[] {
  const known = propertiesOf(schema);
  if (Object.keys(known).length === 0) return [];
  return Object.keys(args).filter((key) => !Object.hasOwn(known, key));
}

async function questioner(): Promise<Parameters<typeof CallSession.open>[1]> {
  if (!process.stdin.isTTY || !canAsk()) return undefined;
  return async (question) => {
    clearTransient();
    return askPerson(question, await terminalPrompts());
  };
}

function showProgress({ progress, total, message }: Progress): void {
  const figure = total === undefined ? String(progress) : `${progress} of ${total}`;
  printTransient([figure, message ?? ''].filter(Boolean).join(': '));
}

function show(result: ToolResult, { name, own }: ToolRow, { json, out = '.' }: CallOptions): void {
  if (json) {
    printJson(result, 2);
    return;
  }
  for (const piece of piecesOf(result, own)) {
    if ('attachment' in piece) {
      const { mimeType, bytes } = piece.attachment;
      printError(`saved ${saveAttachment(out, piece.attachment)} (${mimeType}, ${bytes.length} bytes)`);
    } else if (result.isError) printError(piece.text);
    else print(piece.text);
  }
  if (result.isError) printError(`${name} answered with an error`);
}
