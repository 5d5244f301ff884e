/** Why the text of a client's file cannot be edited. */

/** The message is a sentence part for people: "it is not valid JSON: …". */
export class EditFault extends Error {
  override readonly name = 'EditFault';
}
