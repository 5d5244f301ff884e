/** JSON text as bytes: the form in which messages and parts of them are passed on. */

declare const json: unique symbol;

/** UTF-8 bytes of exactly one JSON value. A type of its own, so that the compiler keeps other bytes apart. */
export type Json = Buffer & { readonly [json]: true };

/** JSON text of a value. */
export const toJson = (value: object): Json => Buffer.from(JSON.stringify(value)) as Json;

/** @param text is JSON already */
export const jsonText = (text: string): Json => Buffer.from(text) as Json;
