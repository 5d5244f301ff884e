const BREAKS = [0x0a, 0x0d];

/**
 * JSON text without line breaks: there they are white space between tokens, and on a server's stdin, as everywhere in Hive, they end a
 * message. The same buffer where it has none.
 */
export function onOneLine(json: Buffer): Buffer {
  if (!BREAKS.some((byte) => json.includes(byte))) return json;
  const line = Buffer.from(json);
  for (const byte of BREAKS)
    for (let at = line.indexOf(byte); at >= 0; at = line.indexOf(byte, at)) line[at] = 0x20;
  return line;
}
