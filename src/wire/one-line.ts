/** JSON text without line breaks, which end a message on stdio and everywhere else in Hive. */

const BREAKS = [0x0a, 0x0d];

/**
 * Replaces line breaks by blanks. They are white space between tokens. Returns the same buffer if it has
 * none.
 */
export function onOneLine<Text extends Buffer>(json: Text): Text {
  if (!BREAKS.some((byte) => json.includes(byte))) return json;
  const line = Buffer.from(json) as Text;
  for (const byte of BREAKS)
    for (let at = line.indexOf(byte); at >= 0; at = line.indexOf(byte, at)) line[at] = 0x20;
  return line;
}
