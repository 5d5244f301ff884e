/** Finds a container's attempt to reach a service of the host at its own `localhost`. */
import type { ContainerServer } from '../../model/desired.ts';

const LOOPBACK = String.raw`(?:\b127\.\d+\.\d+\.\d+|(?<![\w:])::1\b|\blocalhost\b)`;
const REFUSED = String.raw`(?:ECONNREFUSED|refused|Errno 111|\(111\)|[Cc]an(?:no|')t connect|connecting to)`;
const AT_ITSELF = new RegExp(`${LOOPBACK}[^\\n]{0,160}${REFUSED}|${REFUSED}[^\\n]{0,100}${LOOPBACK}`, 'i');

/** The name by which containers reach the host, where the engine or the entry gives it one. */
const HOST = 'host.docker.internal';
const LINE = `extra_hosts: ["${HOST}:host-gateway"]`;
const UNKNOWN_HOST = new RegExp(
  String.raw`${HOST}[^\n]{0,120}(?:not known|no such host|resolv|not found)` +
    String.raw`|(?:ENOTFOUND|EAI_AGAIN|resolve|lookup)[^\n]{0,80}${HOST}`,
  'i',
);
const HOST_REFUSES = new RegExp(
  `${HOST}[^\\n]{0,160}${REFUSED}|${REFUSED}[^\\n]{0,100}(?:${HOST}|\\b172\\.1[78]\\.0\\.1\\b)`,
  'i',
);

/** What to change in the entry, or on the host; undefined if its process does not complain of that. */
export function ownLocalhost({ network, compose }: ContainerServer, text: string): string | undefined {
  if (network === 'host') return undefined;
  const isRefused = AT_ITSELF.test(text);
  if (!isRefused && !HOST_REFUSES.test(text) && !UNKNOWN_HOST.test(text)) return undefined;
  if (network === 'none') return 'network: none reaches nothing: take that line out of the entry';
  if (isRefused) return `in a container, localhost is the container itself: ${otherName(compose)}`;
  if (UNKNOWN_HOST.test(text)) return `add compose: { ${LINE} } to the entry`;
  return `${LISTEN}, or write network: host in the entry`;
}

const LISTEN = `the service on this machine must listen on 0.0.0.0 or 172.17.0.1, not on 127.0.0.1 alone`;

function otherName(compose: ContainerServer['compose']): string {
  const hasName = JSON.stringify(compose.extra_hosts ?? '').includes(HOST);
  const add = hasName ? '' : `, and add compose: { ${LINE} } to the entry`;
  return `for a service of this machine write ${HOST}${add} (docs/containers.md)`;
}
