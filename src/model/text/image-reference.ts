/** References of images (distribution/reference). */

/** Host of the registry that a reference names; undefined if it names none, which means Docker Hub. */
export function registryIn(reference: string): string | undefined {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : undefined;
}
