/**
 * The error by which a legacy server has its client open a URL before the call is repeated (2025-11-25,
 * client/elicitation, URL Elicitation Required Error).
 */
import type { Caller } from '../../model/caller.ts';
import type { Reply } from '../../model/calls.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { oneLine } from '../../model/text/visible.ts';
import { RPC } from '../../wire/codes.ts';
import { refusal } from '../http/message.ts';
import { askableIn } from './askable.ts';
import { takesUrls } from './may-ask.ts';

const CODE = Buffer.from(`${RPC.URL_ELICITATION_REQUIRED}`);
const MAX_URLS = 3;
const MAX_URL = 2_000;
const MAX_MESSAGE = 500;

/**
 * Servers must not use a mode of elicitation that the client lacks, and a server that several clients share
 * does not know what they have. A client without URL elicitation gets an error that names the URLs to people.
 */
export function urlsForPeople(serverName: string, reply: Reply, { capabilities }: Caller): Reply {
  if (reply.kind === 'result' || !reply.json.includes(CODE)) return reply;
  const error: unknown = JSON.parse(reply.json.toString());
  const urls = isRecord(error) && error.code === RPC.URL_ELICITATION_REQUIRED ? urlsIn(error.data) : [];
  if (urls.length === 0 || takesUrls(askableIn(capabilities))) return reply;
  const why = oneLine(cutEnd(String(Object(error).message), MAX_MESSAGE).replace(/\s+/g, ' '));
  const hint = `open ${urls.join(' and ')} in a browser, then call again`;
  const message = `${serverName} needs a client that has: elicitation.url (${why})`;
  return refusal(RPC.CAPABILITY_MISSING, `${message}; fix: ${hint}`, { code: 'SERVER_REFUSED', hint });
}

function urlsIn(data: unknown): string[] {
  const elicitations: unknown = isRecord(data) ? data.elicitations : undefined;
  if (!Array.isArray(elicitations)) return [];
  return elicitations.slice(0, MAX_URLS).flatMap((it) => {
    const { protocol, href } = URL.parse(String(Object(it).url)) ?? {};
    return href && href.length <= MAX_URL && /^https?:$/.test(protocol ?? '') ? [href] : [];
  });
}
