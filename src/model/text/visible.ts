/** Makes text of others safe to show: what acts on a terminal, or what nobody sees, becomes visible. */

/** Control and format characters, line separators, and what fonts draw as nothing, but for \n and \t. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]--[\n\t\ufe0e\ufe0f]]/gv;

/** The part of them that reorders, hides or controls text. Persian and emoji need the joiners. */
const HARMFUL =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]--[\n\t]]/gv;

const ESC = '\u001b';
/** The same as ESC and `[`, in one character. */
const CSI = '\u009b';

/** Colours and other graphic renditions (ECMA-48 SGR), which a visible form would only clutter. */
const COLOUR = new RegExp(`(?:${ESC}\\[|${CSI})[\\d;:]*m`, 'g');

/** A text as it is shown. */
export const withoutColours = (text: string): string => text.replace(COLOUR, '');

/** A carriage return before a line feed says nothing else. */
const LINE_END = /\r\n/g;

/**
 * Text for a terminal. Colours are dropped; any other character that a terminal would act on or not draw is
 * written out, as `\x1b` or `\u202e`. Line feeds and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(COLOUR, '').replace(LINE_END, '\n').replace(UNSEEN, written);
}

/** The same on one line: for names and other values that have no lines. */
export function oneLine(text: string): string {
  return visible(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** Text for clients: as `visible`, but with the joiners and other format characters that languages need. */
export function harmless(text: string): string {
  return text.replace(COLOUR, '').replace(LINE_END, '\n').replace(HARMFUL, written);
}

/** True if a name holds a character that `harmless` would change, or a line break or tab. */
export function isHarmful(name: string): boolean {
  return /[\n\t]/.test(name) || name.search(HARMFUL) !== -1;
}

/** JSON text with every character escaped that a terminal would act on. Its value stays the same. */
export function escapedJson(json: string): string {
  return json.replace(UNSEEN, (character) =>
    [...Array(character.length).keys()].map((at) => unitEscape(character.charCodeAt(at))).join(''),
  );
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\r') return '\\r';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unitEscape(code);
}

const unitEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;
