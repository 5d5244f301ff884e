/** What a path says about itself. */

/** `name.ext`, but not `.name`. */
const FILE_LIKE = /[^/]\.[A-Za-z][A-Za-z0-9]*$/;

/** Most likely the path of a file, and not of a folder. */
export const looksLikeFile = (path: string): boolean => FILE_LIKE.test(path);
