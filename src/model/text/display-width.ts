/** Number of columns that text takes in a terminal. */

/** Drawn in two columns: East Asian wide and full-width characters (UAX #11), and emoji. */
const WIDE = new RegExp(
  `[${[
    '\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff',
    '\\ua000-\\ua4cf\\ua960-\\ua97f',
    '\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6',
    '\\u{1f300}-\\u{1f64f}\\u{1f680}-\\u{1f6ff}\\u{1f900}-\\u{1f9ff}',
    '\\u{20000}-\\u{3fffd}\\p{Emoji_Presentation}',
  ].join('')}]`,
  'u',
);
/** Drawn over the character before it, or not at all. */
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Blanks as wide as the text. Tabs stay, so that both lines reach the same tab stops. */
export function blanksFor(text: string): string {
  return [...text].map((it) => (it === '\t' ? '\t' : ' '.repeat(columns(it)))).join('');
}

/** Columns of a text without tabs. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += columns(character);
  return width;
}

const columns = (character: string): number => (ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1);
