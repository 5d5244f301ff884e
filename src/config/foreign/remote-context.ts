/** Contexts of builds that the engine fetches by itself. */

/** As Compose recognises them. */
const REMOTE = /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)/;

export const isRemoteContext = (context: string): boolean => REMOTE.test(context);
