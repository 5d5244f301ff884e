/** Shows what a tool answered: text on stdout, pictures and other bytes in files. */
import { cutEnd } from '../../model/text/cut.ts';
import type { Content, ToolResult } from './session.ts';

/** Bytes of an answer that belong into a file. */
export interface Attachment {
  /** A name that suits the type: `TOOL.png`. */
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** One piece of an answer, in its order. */
export type Piece = { readonly text: string } | { readonly attachment: Attachment };

/** @param tool name of the tool, which names the files */
export function piecesOf({ content, structuredContent }: ToolResult, tool: string): Piece[] {
  const pieces = content.map((block) => pieceOf(block, tool));
  // Servers repeat their structured content as text, for clients that do not know it.
  if (pieces.length > 0 || structuredContent === undefined) return pieces;
  return [{ text: JSON.stringify(structuredContent, null, 2) }];
}

function pieceOf(block: Content, tool: string): Piece {
  const { text, data, mimeType, resource, uri, name } = block;
  if (block.type === 'text') return { text: text ?? '' };
  if (data !== undefined) return { attachment: attachment(tool, data, mimeType) };
  if (resource?.blob !== undefined)
    return { attachment: attachment(nameOf(resource.uri) || tool, resource.blob, resource.mimeType) };
  if (resource) return { text: `${resource.uri}\n${resource.text ?? ''}` };
  if (uri !== undefined) return { text: `${name ?? 'resource'}: ${uri}` };
  return { text: cutEnd(JSON.stringify(block), 2_000) };
}

function attachment(name: string, base64: string, mimeType = 'application/octet-stream'): Attachment {
  return {
    fileName: `${fileStem(name)}.${extensionOf(mimeType)}`,
    mimeType,
    bytes: Buffer.from(base64, 'base64'),
  };
}

const nameOf = (uri: string): string =>
  uri
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\.[a-z0-9]{1,8}$/i, '') ?? '';

/** A name that cannot leave its folder, whatever the server calls its resource. */
function fileStem(name: string): string {
  const harmless = name.replace(/[^\w-]+/g, '_').replace(/^_+|_+$/g, '');
  return /^.{1,60}/.exec(harmless)?.[0] ?? 'result';
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/octet-stream': 'bin',
  'audio/mpeg': 'mp3',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'text/plain': 'txt',
};

function extensionOf(mimeType: string): string {
  const [type = ''] = mimeType.toLowerCase().split(';');
  const sub = type.split('/')[1] ?? '';
  return EXTENSIONS[type] ?? (/^[a-z0-9]{1,8}$/.test(sub) ? sub : 'bin');
}
