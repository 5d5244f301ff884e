/** Secrets in the URL of a server: user and password, parameters, and parts of the path. */
import { type Hide, SECRET_VALUE } from './secret-shapes.ts';

const PASSWORD = /^(?<before>[a-z][a-z0-9+.-]*:\/\/[^:/@\s]*:)(?<value>[^@/\s$]+)@/i;
const USER = /^(?<before>[a-z][a-z0-9+.-]*:\/\/)(?<value>[^:/@\s$]{16,})@/i;
const PARAMETER = /(?<=[?&#])(?<name>[\w-]*(?:key|token|secret|password|auth))=(?<value>(?:\$\$|[^&#$])+)/gi;
/** Keys of functions and signatures; short ones are something else, such as a country. */
const SIGNATURE = /(?<=[?&#])(?<name>sig|signature|code)=(?<value>(?:\$\$|[^&#$]){16,})/gi;
const SEGMENT = /(?<=[^/]\/)[^/?#$]+(?=[/?#]|$)/g;

/** @param keep moves the value away, and returns the reference to it */
export function hideInUrl(url: string, keep: Hide): string {
  const parameter = (_: string, name: string, value: string): string => `${name}=${keep(name, value)}`;
  const end = url.search(/[?#]/);
  const [base, query] = end < 0 ? [url, ''] : [url.slice(0, end), url.slice(end)];
  const path = base
    .replace(PASSWORD, (_, before: string, value: string) => `${before}${keep('password', value)}@`)
    .replace(USER, (_, before: string, value: string) => `${before}${keep('token', value)}@`)
    .replace(SEGMENT, (part) => (SECRET_VALUE.test(part) || isRandom(part) ? keep('token', part) : part));
  return path + query.replace(PARAMETER, parameter).replace(SIGNATURE, parameter);
}

/** Letters of both kinds and digits, more than a name has. */
const isRandom = (text: string): boolean =>
  /^[\w=-]{32,}$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);
