/** Names of variables for values that have another name. */

/** A variable for a value with this name: `api-key` becomes API_KEY. */
export function variableName(name: string): string {
  const text = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return /^[A-Z]/.test(text) ? text : `VALUE_${text}`;
}
