/** Forms in which a secret value may be printed: line by line, escaped, encoded, or only a part of a URL. */
import { SECRET_NAME } from './secret-name.ts';

/** Characters. A shorter text would also match in ordinary words, and is not replaced. */
export const SHORTEST_SECRET = 4;
/** Characters. A shorter user name, query value or path segment of a URL is no credential by itself. */
const SHORTEST_TOKEN = 16;

/** All texts to search for, each at least `SHORTEST_SECRET` long. */
export function printedForms(value: string): readonly string[] {
  const forms = [value, ...urlParts(value), ...jsonLeaves(value)]
    .flatMap((text) => [text, ...linesOf(text).flatMap(wrapped)])
    .map((text) => text.trim())
    .filter((text) => text.length >= SHORTEST_SECRET && !/^-----(?:BEGIN|END) [A-Z ]+-----$/.test(text));
  return [...new Set([...new Set(forms)].flatMap((text) => [...encodings(text), ...inBase64(text)]))];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const inAscii = (json: string): string =>
  json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** As a page of an error quotes it. */
const inHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => HTML[sign] ?? sign);

/** Widths at which programs break long values, as `openssl` and `base64` do. */
const WIDTHS = [64, 76];
/** Characters. A shorter rest of a broken value says too little. */
const SHORTEST_PIECE = 8;

/** The line, and its pieces where a program breaks it. */
function wrapped(text: string): readonly string[] {
  const pieces = WIDTHS.flatMap((width) =>
    Array.from({ length: Math.ceil(text.length / width) }, (_, row) =>
      text.slice(row * width, (row + 1) * width),
    ).filter((piece) => piece.length >= SHORTEST_PIECE),
  );
  return [text, ...pieces];
}

/** Characters. A shorter part of a Base64 text may stand in any other. */
const SHORTEST_BASE64 = 8;

/**
 * The text in Base64, also as a part of a longer text such as `user:password`: there the first and last
 * characters depend on what stands beside it, and are left out.
 */
function inBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text.toWellFormed());
  const parts = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [...wrapped(bytes.toString('base64')), ...parts]
    .filter((part) => part.length >= SHORTEST_BASE64)
    .flatMap((part) => [part, part.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')]);
}

/** Logs are kept line by line. Some programs take `\n` in a variable for the end of a line. */
const linesOf = (text: string): readonly string[] => text.split(/\r?\n|\\n/);

function encodings(text: string): readonly string[] {
  const percent = encodeURIComponent(text.toWellFormed());
  return [
    ...new Set([
      text,
      inJson(text),
      // JSON within a JSON string, as in a log line about a message.
      inJson(inJson(text)),
      // As Python and PHP write it.
      inAscii(inJson(text)),
      inJson(text).replaceAll('/', '\\/'),
      inHtml(text),
      // Hive quotes bodies of several lines on one.
      text.replaceAll(/\s+/g, ' '),
      text.replaceAll('\\', '\\\\'),
      percent,
      percent.replaceAll('%20', '+'),
      percent.replaceAll(/%../g, (code) => code.toLowerCase()),
      percent.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    ]),
  ];
}

/**
 * Credentials in a URL: the password, a user name without a password, query values of telling names, and long
 * user names, query values and segments of the path (as in the address of a webhook).
 */
export function urlParts(text: string): readonly string[] {
  const url = URL.parse(text);
  if (!url || !text.includes('://')) return [];
  const { username, password, pathname, searchParams } = url;
  const isLong = (part: string): boolean => part.length >= SHORTEST_TOKEN;
  const encoded = [password, ...pathname.split('/').filter(isLong)];
  if (password === '' || isLong(username)) encoded.push(username);
  const query = [...searchParams].filter(([name, value]) => SECRET_NAME.test(name) || isLong(value));
  // The password as it is written: parsing encodes some of its characters.
  const [, written = ''] = /^[^:]+:\/\/[^:/?#]*:([^/?#]*)@/.exec(text) ?? [];
  return [...encoded, ...encoded.map(decoded), written, ...query.map(([, value]) => value)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Texts of a JSON document, such as a JWK or the key file of a service account. */
function jsonLeaves(text: string): readonly string[] {
  if (!/^\s*[{[]/.test(text)) return [];
  const leaves: string[] = [];
  try {
    JSON.parse(text, (_key, value) => {
      if (typeof value === 'string') leaves.push(value);
    });
  } catch {
    // It only begins like JSON.
  }
  return leaves;
}
