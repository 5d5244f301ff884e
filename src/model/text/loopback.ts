/** Which host names mean the machine on which they are used. */

/** @param hostname as the URL parser returns it: it has one form for all spellings of an address */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
