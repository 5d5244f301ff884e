import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

/** Longest wait for anything; what needs more is broken. */
const PATIENCE = 120_000;

/** The tools that a client knows: listed once, and again only when the gateway announces a change. */
export interface KnownTools {
  readonly names: readonly string[];
  /** How many changes were announced. */
  readonly announced: number;
  /** Resolves when just these are known. */
  until(...names: string[]): Promise<void>;
}

/** @param isOurs leaves out what containers of parallel tests may bring in where discovery is on */
export async function followTools(
  client: Client,
  isOurs: (name: string) => boolean = () => true,
): Promise<KnownTools> {
  let names: string[] = [];
  let announced = 0;
  const listeners = new Set<() => void>();
  const list = async (): Promise<void> => {
    names = (await client.listTools()).tools
      .map((tool) => tool.name)
      .filter(isOurs)
      .sort();
    for (const listener of listeners) listener();
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
    announced += 1;
    return list();
  });
  await list();
  return {
    get names() {
      return names;
    },
    get announced() {
      return announced;
    },
    until: (...wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`tools are ${names.join(', ')}, never ${wanted.join(', ')}`)),
          PATIENCE,
        );
        const check = (): void => {
          if (names.join() !== [...wanted].sort().join()) return;
          clearTimeout(timer);
          listeners.delete(check);
          resolve();
        };
        listeners.add(check);
        check();
      }),
  };
}

/** Polls a state of the outside world, which tells nobody when it changes. */
export async function eventually(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it never came that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
