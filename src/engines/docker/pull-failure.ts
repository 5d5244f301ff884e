/** Explains a failed pull. */
import { shellWord } from '../../model/text/commands.ts';
import { registryIn } from '../../model/text/image-reference.ts';
import type { ComposeFailure } from './run-compose.ts';

const NETWORK_FAILURES = [
  'no such host',
  'i/o timeout',
  'connection refused',
  'connection reset',
  'network is unreachable',
  'Client.Timeout',
  'TLS handshake',
];

/** Tells a registry that lacks the image from a registry that does not answer: the remedies differ. */
export function explainPull(output: readonly string[], image: string): ComposeFailure {
  const last = output.findLast((line) => line.startsWith('Error response from daemon: ')) ?? output.at(-1);
  const printed = last?.replace('Error response from daemon: ', '').trim();
  const reason = printed || 'Compose printed no reason';
  const name = shellWord(image);
  const saved = `docker save ${name} on a machine that has it`;
  const carried = `without a registry: ${saved}, docker load -i FILE here`;
  if (NETWORK_FAILURES.some((failure) => reason.includes(failure)))
    return {
      code: 'IMAGE_NOT_FOUND',
      message: `image ${image} is not on this machine, and its registry does not answer: ${reason}`,
      hint: `check the network with \`docker pull ${name}\`; ${carried}`,
    };
  return {
    code: 'IMAGE_NOT_FOUND',
    message: `image ${image} is not on this machine and cannot be pulled: ${reason}`,
    hint: refusalHint(reason, image, carried),
  };
}

/** The registry has answered. */
function refusalHint(reason: string, image: string, carried: string): string {
  const named = registryIn(image);
  const registry = named === undefined ? '' : ` ${named}`;
  if (/toomanyrequests|rate limit/i.test(reason))
    return `wait, or log in for a higher limit: docker login${registry}`;
  if (/no matching manifest|platform/i.test(reason))
    return 'the image is not made for this machine: write platform: linux/amd64, or another tag in `image`';
  if (/manifest unknown|manifest for .* not found|not found: manifest/i.test(reason))
    return 'the registry has no such tag: write another one in `image`';
  return `check the spelling of \`image\`; if it is private: docker login${registry}; ${carried}`;
}
