/** Explains a failed pull. */
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
  if (NETWORK_FAILURES.some((failure) => reason.includes(failure)))
    return {
      code: 'IMAGE_NOT_FOUND',
      message: `image ${image} is not on this machine, and its registry does not answer: ${reason}`,
      hint:
        `check the network and try \`docker pull ${image}\`, load it with \`docker load\`, ` +
        'or build it with `dockerfile:`',
    };
  return {
    code: 'IMAGE_NOT_FOUND',
    message: `image ${image} is not on this machine and cannot be pulled: ${reason}`,
    hint: 'check the spelling and tag of `image`, log in with `docker login`, or build it with `dockerfile:`',
  };
}
