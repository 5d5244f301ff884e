/**
 * Cuts text of others to a length. Each cut is marked, and secrets/cut-parts.ts hides what is left of a
 * secret at a mark: text of others must be cut by these functions alone.
 */

/** Stands where text was left out. */
export const CUT = '…';

/** A whole word of at most three characters, which may be the beginning or the end of a secret. */
const SHORT_WORD_AT_END = /(?<![\p{L}\p{N}])[\p{L}\p{N}]{1,3}$/u;
const SHORT_WORD_AT_START = /^[\p{L}\p{N}]{1,3}(?![\p{L}\p{N}])/u;

/** Keeps the beginning. @param maxCharacters without the mark */
export function cutEnd(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? headOf(text, maxCharacters) + CUT : text;
}

/** Keeps the end. @param maxCharacters without the mark */
export function cutStart(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? CUT + tailOf(text, maxCharacters) : text;
}

/** Keeps both ends, since a sentence begins and ends with words of its own. */
export function cutMiddle(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const half = Math.floor(maxCharacters / 2);
  return headOf(text, half) + CUT + tailOf(text, half);
}

/**
 * The beginning of a text in UTF-8, without a character that the cut has split.
 * @param ofBytes size of the whole text, if `bytes` is only its beginning
 */
export function cutBytes(bytes: Buffer, maxBytes: number, ofBytes: number = bytes.length): string {
  if (ofBytes <= maxBytes && ofBytes <= bytes.length) return bytes.toString('utf8');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, maxBytes), { stream: true }) + CUT;
}

function headOf(text: string, length: number): string {
  const head = text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
  const at = Math.max(0, head.length - 4);
  return head.slice(0, at) + head.slice(at).replace(SHORT_WORD_AT_END, '');
}

function tailOf(text: string, length: number): string {
  return text
    .slice(-length)
    .replace(/^[\udc00-\udfff]/, '')
    .replace(SHORT_WORD_AT_START, '');
}
