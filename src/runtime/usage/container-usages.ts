/** Asks the engine what containers use: a few at a time, and no more once it does not answer. */
import { toGatewayError } from '../../errors.ts';
import { defined } from '../../model/collections/defined.ts';
import type { Engine } from '../../model/engine.ts';
import type { Usage } from '../../model/watch/usage.ts';

/** Requests that are under way at the same time. */
const AT_ONCE = 8;

/**
 * Never rejects.
 * @param containers ids by server
 * @returns figures by server, and why some are missing
 */
export async function containerUsages(
  engine: Pick<Engine, 'usage'> | undefined,
  containers: ReadonlyMap<string, string>,
): Promise<{ readonly usages: ReadonlyMap<string, Usage>; readonly trouble?: string }> {
  const usages = new Map<string, Usage>();
  if (!engine) return { usages };
  const left = containers.entries();
  let trouble: string | undefined;
  let isUnreachable = false;
  const work = async (): Promise<void> => {
    for (const [serverName, containerId] of left) {
      const usage = await engine.usage(containerId).catch((error: unknown) => {
        const { code, message } = toGatewayError(error);
        trouble ??= message;
        isUnreachable ||= code === 'ENGINE_UNREACHABLE';
      });
      if (usage) usages.set(serverName, usage);
      if (isUnreachable) return;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { usages, ...defined({ trouble }) };
}
