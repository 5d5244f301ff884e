/** `hive clients`: the MCP clients of this machine, and whether they are connected. */
import { CLIENTS } from '../../clients/clients.ts';
import { type ConfigOption, fileHere } from '../stack/stack-file.ts';
import { typedFor } from '../stack/typing.ts';
import { print, printJson } from '../terminal/print.ts';
import { type Found, survey } from './survey.ts';
import { openTarget, type Target } from './target.ts';

export async function clients(options: ConfigOption & { readonly json?: boolean }): Promise<void> {
  const target = await targetIfAny(options);
  const user = survey(CLIENTS, false, target);
  const project = survey(CLIENTS, true, target);
  if (options.json) {
    printJson(
      user.map((found, index) => facts(found, project[index], target)),
      2,
    );
    return;
  }
  const rows = user.flatMap((found, index) => linesOf(found, project[index]));
  const typed = typedFor(options.config);
  if (rows.length === 0) print('no client of those that Hive knows was found on this machine');
  else print(table([['CLIENT', 'NAME', 'CONNECTED', 'FILE', 'LIMITS'], ...rows]));
  for (const { client } of user.filter((it) => it.entry !== undefined && isOver(it, target?.tools)))
    print(`\n${client.title} passes on ${client.maxTools} tools, and the gateway offers ${target?.tools}`);
  if (target === undefined) print(typed('\nno config file here, so no gateway: make one with npx hive init'));
  else print(`\nto connect one: ${typed('npx hive connect')} NAME`);
  print(`others that Hive knows: ${typed('npx hive clients')} --json`);
}

/** Undefined without a config file: which clients there are is worth knowing before. */
async function targetIfAny(options: ConfigOption): Promise<Target | undefined> {
  const isNamed = options.config !== undefined;
  return isNamed || fileHere() !== undefined ? openTarget(options) : undefined;
}

const isOver = ({ client }: Found, tools = 0): boolean => tools > (client.maxTools ?? Infinity);

function linesOf(user: Found, project: Found | undefined): string[][] {
  const lines: string[][] = [];
  if (user.isInstalled || user.entry !== undefined) lines.push(line(user));
  if (project?.entry !== undefined) lines.push(line(project));
  return lines;
}

function line({ client, path, entry, trouble }: Found): string[] {
  const state = entry === undefined ? (trouble === undefined ? 'no' : '?') : `as ${entry}`;
  return [client.title, client.id, state, trouble ?? path ?? 'its folder is missing', limits(client)];
}

function limits({ maxTools, maxNameLength }: Found['client']): string {
  const parts = [
    ...(maxTools === undefined ? [] : [`${maxTools} tools`]),
    ...(maxNameLength === undefined ? [] : [`names of ${maxNameLength}`]),
  ];
  return parts.join(', ') || '-';
}

function facts(user: Found, project: Found | undefined, target: Target | undefined): object {
  const { client, isInstalled, path, entry, trouble } = user;
  return {
    client: client.id,
    title: client.title,
    installed: isInstalled,
    file: path ?? null,
    connectedAs: entry ?? null,
    project: project?.path === undefined ? null : { file: project.path, connectedAs: project.entry ?? null },
    http: client.stdioOnly !== true,
    maxTools: client.maxTools ?? null,
    maxNameLength: client.maxNameLength ?? null,
    offeredTools: target?.tools ?? null,
    rereads: client.rereads,
    reload: client.reload,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** Columns with two spaces between them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
