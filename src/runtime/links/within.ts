/** Waiting for a process or connection to end, in real time: no other clock can make it end sooner. */

/** True if `event` happens within `ms` milliseconds. Rejects as `event` does. */
export async function within(event: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
