/** JSON of servers that people or models read as text: without characters that act on a terminal. */
import { type Json, toJson } from '../model/text/json.ts';
import { harmless } from '../model/text/visible.ts';
import { NOTIFICATION } from './methods.ts';

/** Only text with an escape, or with something else than printable ASCII, may need a change. */
const SUSPECT = /\\[ubfr]|[^\x20-\x7e\n\t]/;

/** Makes every string in it harmless. Returns the same text if nothing changes. */
export function harmlessJson(json: Json): Json {
  const text = json.toString();
  if (!SUSPECT.test(text)) return json;
  let isChanged = false;
  const value: unknown = JSON.parse(text, (_key, it: unknown) => {
    if (typeof it !== 'string') return it;
    const clean = harmless(it);
    isChanged ||= clean !== it;
    return clean;
  });
  return isChanged ? toJson(value as object) : json;
}

/** `params` of a server's notification. Log messages are text for people; all others stay as they are. */
export function harmlessParams(method: string, params: Json | undefined): Json | undefined {
  return method === NOTIFICATION.LOG_MESSAGE && params ? harmlessJson(params) : params;
}
