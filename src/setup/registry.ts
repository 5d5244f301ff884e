const PUBLIC_REGISTRY = 'https://registry-1.docker.io/v2/';
const ANSWER_TIMEOUT_MS = 3_000;

/** Whether the public image registry can be reached from here at all: any HTTP answer counts, for at most three seconds. */
export async function registryAnswers(url: string = PUBLIC_REGISTRY): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  }
}
