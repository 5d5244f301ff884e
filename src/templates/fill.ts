/** A template and values of its parameters → the entry of a server. */
import { isRecord } from '../model/collections/is-record.ts';
import type { Template } from './template.ts';

const PARAMETER = /\$\{(?:parameters\.([A-Za-z_]\w*)|name)\}/g;
const ALONE = /^\$\{parameters\.([A-Za-z_]\w*)\}$/;

/** A reference to a secret, alone. */
export const SECRET_REFERENCE = /^\$\{secret:[A-Za-z_][\w.-]*\}$/;

/** Names of the parameters that take a reference to a secret. */
export function secretParameters({ parameters }: Pick<Template, 'parameters'>): ReadonlySet<string> {
  const properties = isRecord(parameters.properties) ? parameters.properties : {};
  const secret = Object.entries(properties).filter(([, it]) => isRecord(it) && it['x-secret'] === true);
  return new Set(secret.map(([name]) => name));
}

/**
 * Keys with a parameter that has no value are left out, and so are items of lists. A parameter alone keeps
 * its type; a list in a list becomes its items.
 *
 * @param parameters fit for the template's schema, with defaults filled in. Only secrets become references
 */
export function fillTemplate(
  template: Pick<Template, 'parameters' | 'server'>,
  serverName: string,
  parameters: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const secrets = secretParameters(template);
  const parameterOf = (name: string): unknown => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    return secrets.has(name) ? value : escaped(value);
  };
  return fillMap(template.server, { serverName, parameterOf });
}

interface Filling {
  readonly serverName: string;
  readonly parameterOf: (parameter: string) => unknown;
}

function fillMap(map: Readonly<Record<string, unknown>>, filling: Filling): Record<string, unknown> {
  const entries = Object.entries(map).map(([key, value]) => [key, fill(value, filling)] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isNothing(value)));
}

const isNothing = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0);

function fill(value: unknown, filling: Filling): unknown {
  if (typeof value === 'string') return fillText(value, filling);
  if (Array.isArray(value))
    return value.flatMap((item) => fill(item, filling)).filter((item) => item !== undefined);
  return isRecord(value) ? fillMap(value, filling) : value;
}

function fillText(text: string, { serverName, parameterOf }: Filling): unknown {
  const alone = ALONE.exec(text)?.[1];
  if (alone !== undefined) return parameterOf(alone);
  let isWhole = true;
  const filled = text.replace(PARAMETER, (_token, name?: string) => {
    const value = name === undefined ? serverName : parameterOf(name);
    if (value === undefined) isWhole = false;
    return String(value ?? '');
  });
  return isWhole ? filled : undefined;
}

/** Text as the config reads it as text: a `$` begins no reference. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  return Array.isArray(value) ? value.map(escaped) : value;
}
