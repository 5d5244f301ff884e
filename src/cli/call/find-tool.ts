/** The tool that a person means: by its public name, by its server's own name, or by one that is near. */
import { CODES, type Code, GatewayError } from '../../errors.ts';
import { defined } from '../../model/collections/defined.ts';
import type { ToolList, ToolRow } from '../../model/operator.ts';
import {
  absentOwner,
  describeState,
  type GatewayStatus,
  isUp,
  type ServerStatus,
} from '../../model/status.ts';
import { shellWord } from '../../model/text/commands.ts';
import { editDistance } from '../../model/text/edit-distance.ts';
import type { ControlClient } from '../stack/control-client.ts';

/** Suggestions in one error. */
const MAX_NAMED = 5;
const ALL = 20_000;

/**
 * @param view only what it shows
 * @throws GatewayError USAGE if there is no such tool or view, or if several servers have it; the code of the
 * server whose tool it would be, if that server is not up
 */
export async function findTool(
  control: Pick<ControlClient, 'runOperation' | 'status'>,
  name: string,
  view?: string,
): Promise<ToolRow> {
  const within = defined({ view });
  const { tools } = await listTools(control, { ...within, tool: name, schema: true });
  const exact = tools.find((it) => it.name === name);
  const [first, ...others] = tools;
  if (exact ?? (first && others.length === 0)) return (exact ?? first) as ToolRow;
  if (first) throw ambiguous(name, tools);
  const status = await control.status();
  const all = (await listTools(control, within)).tools;
  throw (
    absentTool(name, status) ??
    (view === undefined ? undefined : await hidden(control, name, view)) ??
    unknownTool(name, all, status)
  );
}

/** Of a tool that there is, and that the view does not show. */
async function hidden(
  control: Pick<ControlClient, 'runOperation'>,
  name: string,
  view: string,
): Promise<GatewayError | undefined> {
  const { tools } = await listTools(control, { tool: name });
  if (tools.length === 0) return undefined;
  return new GatewayError('USAGE', `the view ${view} does not show ${name}`, {
    hint: `npx hive tools --view ${shellWord(view)}`,
  });
}

/** All tools that match, not the first ones alone. @param input of the operation `tool_list` */
export async function listTools(
  control: Pick<ControlClient, 'runOperation'>,
  input: object,
): Promise<ToolList> {
  const answer = await control.runOperation('tool_list', { limit: ALL, ...input }, 'json');
  return JSON.parse(answer) as ToolList;
}

function ambiguous(name: string, tools: readonly ToolRow[]): GatewayError {
  const [first] = tools;
  return new GatewayError('USAGE', `${tools.length} servers have a tool ${name}`, {
    hint: `npx hive call ${first?.name}; or one of: ${tools.map((it) => it.name).join(', ')}`,
  });
}

/** The reason of the server that the tool belongs to, if that server is not up. */
function absentTool(name: string, { servers, off = [] }: GatewayStatus): GatewayError | undefined {
  const owner = absentOwner(name, servers);
  if (owner) return absence(`there is no tool ${name}: its server`, owner);
  const switchedOff = off.find(({ serverName }) => name === serverName || name.startsWith(`${serverName}_`));
  if (!switchedOff) return undefined;
  const { serverName, place } = switchedOff;
  return new GatewayError('USAGE', `there is no tool ${name}: its server ${serverName} is switched off`, {
    place,
    hint: 'take `enabled: false` (or `disabled: true`) out of its entry',
  });
}

/** `WHAT SERVER has failed: REASON`, with the code, place and fix of the server. */
export function absence(
  what: string,
  { serverName, state, code, reason, detail, hint, place }: ServerStatus,
) {
  const message = `${what} ${serverName} ${describeState(state, reason ?? detail)}`;
  const unnamed = state === 'stopped' ? 'SERVER_STOPPED' : 'SERVER_UNREACHABLE';
  const known = code !== undefined && code in CODES ? (code as Code) : unnamed;
  const fix = `npx hive ${state === 'stopped' ? 'start' : 'logs'} ${shellWord(serverName)}`;
  return new GatewayError(known, message, { hint: hint ?? fix, place });
}

function unknownTool(name: string, tools: readonly ToolRow[], { servers }: GatewayStatus): GatewayError {
  const near = nearest(name, tools);
  const down = servers.filter(({ state }) => !isUp(state)).map((it) => it.serverName);
  const more = near.length === 0 && down.length > 0 ? `; not up, so without tools: ${down.join(', ')}` : '';
  return new GatewayError('USAGE', `there is no tool ${name}${more}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : 'list the tools: npx hive tools',
  });
}

/** @returns names of tools at a small distance, or that contain the name, the nearest first */
export function nearest(name: string, tools: readonly Pick<ToolRow, 'name' | 'own'>[]): string[] {
  const wanted = name.toLowerCase();
  const limit = Math.floor(wanted.length / 3) + 1;
  return tools
    .map((tool) => ({
      name: tool.name,
      distance: Math.min(...[tool.name, tool.own].map((it) => distanceOf(wanted, it))),
    }))
    .filter((it) => it.distance < limit)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MAX_NAMED)
    .map((it) => it.name);
}

const distanceOf = (wanted: string, name: string): number => {
  const folded = name.toLowerCase();
  return folded.includes(wanted) && wanted.length > 2 ? 0 : editDistance(wanted, folded);
};
