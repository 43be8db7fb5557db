/**
 * Why an entry is refused: the codes of checker/identifiers/refusals.py.
 *
 * @module
 */

/** What was pasted holds no phone number and no address; it never says what was pasted. */
export class NotAnIdentifier extends Error {
  /** @param {string} code the reason, stable for programs to tell apart */
  constructor(code) {
    super(code);
    this.name = "NotAnIdentifier";
    this.code = code;
  }
}
