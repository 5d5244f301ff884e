/** Rules between servers, and between a server and the gateway. */

import { type PublishedPort, portsCollide, publishedPorts } from '../parse/endpoints.ts';
import { type Entry, prefixOf } from '../parse/parse.ts';
import { locate } from '../source/source.ts';
import { type Checked, type Tell, teller } from './checked.ts';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|::1)$/;

interface Taken extends PublishedPort {
  readonly by: string;
}

export function checkHostPorts({ raw, input, report }: Checked): void {
  const { host = '127.0.0.1', port = 8001 } = input.settings.gateway ?? {};
  if (!LOOPBACK.test(host) && input.settings.auth === undefined && !('auth' in raw.settings))
    report({
      source: raw.main,
      mark: locate(raw.main, ['gateway', 'host']),
      keyPath: ['gateway', 'host'],
      message: `the gateway cannot listen on ${host} without \`auth\`: anyone who reaches it could use your servers`,
      hint: 'add a token: npx hive token NAME prints the lines for this file; or use 127.0.0.1, and an SSH tunnel from elsewhere',
    });
  const taken: Taken[] = [
    { host: Number(port) || undefined, address: host, protocol: 'tcp', by: 'the gateway' },
  ];
  for (const entry of input.entries)
    if (entry.kind === 'container') checkPorts(entry, taken, teller(entry, report));
}

function checkPorts(entry: Entry & { kind: 'container' }, taken: Taken[], tell: Tell): void {
  const by = `server "${entry.serverName}"`;
  for (const [index, text] of (entry.input.ports ?? []).entries()) {
    const published = publishedPorts(String(text)) ?? [];
    const clashes = published.flatMap((one) => taken.filter((other) => portsCollide(one, other)));
    const [clash] = clashes;
    if (clash)
      tell(
        ['ports', index],
        `${by} publishes port ${clash.host}, which ${clash.by} uses already`,
        'pick another host port',
      );
    taken.push(...published.map((one) => ({ ...one, by })));
  }
}

/** Names that two servers are known to show alike: renamed tools are the ones the file itself names. */
export function checkClashes({ input, report }: Checked): void {
  const shown = new Map<string, string>();
  for (const entry of input.entries) {
    const prefix = prefixOf(entry);
    for (const [tool, name] of Object.entries(entry.input.tools?.rename ?? {})) {
      const publicName = prefix === '' ? name : `${prefix}_${name}`;
      const other = shown.get(publicName);
      shown.set(publicName, other ?? entry.serverName);
      if (other === undefined || other === entry.serverName) continue;
      const message = `tool "${tool}" of server "${entry.serverName}" would be shown as "${publicName}", as one of server "${other}" is`;
      teller(entry, report)(['tools', 'rename', tool], message, 'give one of them another name or prefix');
    }
  }
}
