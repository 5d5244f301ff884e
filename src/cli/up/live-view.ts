/** Lines that change in place, for a terminal. */
import { Listr } from 'listr2';
import { describeServer } from '../stack/describe-server.ts';
import { rendered } from '../terminal/print.ts';
import { hasOutcome, isServed, nameWidth, type View } from './reported.ts';

/** One task of the list: done when the server serves, failed if it does not when the list ends. */
interface Line {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  setTitle: (text: string) => void;
  /** True if the last outcome was a failure. */
  hasFailed: boolean;
}

export function liveView(): View {
  const lines = new Map<string, Line>();
  // Ctrl-C is the gateway's to handle: it has servers to stop.
  const list = new Listr([], {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
  });
  let finished: Promise<unknown> | undefined;
  return {
    show(servers) {
      const width = nameWidth(servers);
      for (const server of servers) {
        const text = rendered(describeServer(server, width));
        const line = lines.get(server.serverName) ?? addLine(list, text);
        lines.set(server.serverName, line);
        // While a failed server is tried again, its line says why it failed.
        if (hasOutcome(server)) line.hasFailed = !isServed(server);
        else if (line.hasFailed) continue;
        line.setTitle(text);
        if (isServed(server)) line.resolve();
      }
      finished ??= list.run();
    },
    async end() {
      for (const line of lines.values()) line.reject(new Error('stopped'));
      await finished?.catch(() => {});
    },
  };
}

/**
 * The list gives a task its title object only when it starts the task; a title set before that is kept for
 * it.
 */
function addLine(list: Listr, title: string): Line {
  let latest = title;
  const line: Line = {
    ...Promise.withResolvers<void>(),
    hasFailed: false,
    setTitle(text) {
      latest = text;
    },
  };
  list.add({
    title,
    task: (_context, task) => {
      task.title = latest;
      line.setTitle = (text) => {
        task.title = text;
      };
      return line.promise;
    },
  });
  return line;
}
