/** Links that install an entry in a client, for those that have them. */
import type { LinkKind } from './data/client.ts';
import type { Entry } from './dialects.ts';

const LINKS: Readonly<Record<LinkKind, (name: string, entry: Entry) => string>> = {
  cursor: (name, entry) => `cursor://anysphere.cursor-deeplink/mcp/install?${inBase64(name, entry)}`,
  vscode: (name, entry) => `vscode:mcp/install?${inUrl(name, entry)}`,
  'vscode-insiders': (name, entry) => `vscode-insiders:mcp/install?${inUrl(name, entry)}`,
  'lm-studio': (name, entry) => `lmstudio://add_mcp?${inBase64(name, entry)}`,
};

export const linkFor = (kind: LinkKind, name: string, entry: Entry): string => LINKS[kind](name, entry);

const inUrl = (name: string, entry: Entry): string => encodeURIComponent(JSON.stringify({ name, ...entry }));

function inBase64(name: string, entry: Entry): string {
  const config = Buffer.from(JSON.stringify(entry)).toString('base64');
  return `name=${encodeURIComponent(name)}&config=${encodeURIComponent(config)}`;
}
