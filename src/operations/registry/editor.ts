/** The client that the user will use: whether it lists tools again by itself, and how it is connected. */
import { CLIENT_IDS, clientOf } from '../../clients/clients.ts';
import { GatewayError } from '../../errors.ts';
import { suggest } from '../../model/text/suggest.ts';

/** Sentences about the client. Nothing is written. @throws GatewayError USAGE */
export function notesOn(editor: string | undefined): string[] {
  if (editor === undefined) return [];
  const client = clientOf(editor.toLowerCase());
  if (!client) {
    const meant = suggest(editor, CLIENT_IDS);
    throw new GatewayError('USAGE', `there is no client ${editor}`, {
      hint: meant === undefined ? `one of ${CLIENT_IDS.join(', ')}` : `did you mean ${meant}?`,
    });
  }
  const lists = {
    true: 'lists tools again when it is told that they changed',
    false: 'does not list tools again by itself: use registry_exec, or start it again',
    unknown: 'may not list tools again by itself: registry_exec always works',
  }[String(client.relists ?? 'unknown') as 'true' | 'false' | 'unknown'];
  return [`${client.title} ${lists}.`, `To connect it with this gateway: npx hive connect ${client.id}`];
}
