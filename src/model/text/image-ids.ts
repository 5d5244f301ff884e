/** Ids of images. */

/** True for the same image; some engines leave the algorithm out of the id. */
export const isSameImage = (a: string, b: string): boolean => plainId(a) === plainId(b);

const plainId = (imageId: string): string => imageId.replace(/^sha256:/, '');
