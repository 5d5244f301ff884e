/** Checks whether the public image registry can be reached. */

const PUBLIC_REGISTRY = 'https://registry-1.docker.io/v2/';
const ANSWER_TIMEOUT_MS = 3_000;

/** True if the registry answers within three seconds; any HTTP answer counts. */
export async function registryAnswers(url: string = PUBLIC_REGISTRY): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return true;
  } catch {
    return false;
  }
}
