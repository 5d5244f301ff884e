/** Waits for the tools that a client sees, and for other states. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

/** Longest wait for any state. */
const PATIENCE = 120_000;

/** The tools that a client knows: listed once, and again only after the gateway announced a change. */
export interface KnownTools {
  readonly names: readonly string[];
  /** Number of announced changes. */
  readonly announced: number;
  /** Resolves when exactly these tools are known. */
  until(...names: string[]): Promise<void>;
}

/** @param isOurs excludes tools of containers that parallel tests may bring in through discovery */
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

/** Polls a state that sends no notification when it changes. */
export async function eventually(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it never came that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
