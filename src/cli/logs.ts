/** `hive logs`: prints what servers wrote. */
import type { LogEntry } from '../model/status.ts';
import { controlOf } from './stack/control-of.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { type Painted, paint, print, printJson } from './terminal/print.ts';

const COLOUR = { stderr: 'white', noise: 'yellow', hive: 'cyan' } as const;

export async function logs(
  serverName: string | undefined,
  options: ConfigOption & { readonly follow?: boolean; readonly json?: boolean },
): Promise<void> {
  const control = await controlOf(options);
  try {
    for await (const entry of control.logs(serverName, options.follow ?? false)) {
      if (options.json) printJson(entry);
      else print(renderEntry(entry));
    }
  } finally {
    await control.close();
  }
}

function renderEntry({ at, serverName, stream, text }: LogEntry): Painted {
  const time = new Date(at).toISOString().slice(11, 23);
  return paint(COLOUR[stream], `${time} ${serverName} ${stream.padEnd(6)} ${text}`);
}
