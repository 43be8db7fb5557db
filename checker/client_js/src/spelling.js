/**
 * Characters: from whatever was pasted to plain digits, letters and a few signs.
 *
 * Follows checker/identifiers/spelling.py. Python's \w is [\p{L}\p{N}_] and its \s is `SPACE`.
 *
 * @module
 */
import { NotAnIdentifier } from "./refusals.js";

export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
/** An i in any case, as Python's IGNORECASE has it: Turkish keyboards type the dotted capital. */
export const I = "[i\u0130\u0131]";
const LINE_ENDS = /\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]/gu;
const CONTROL = /[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]/u;
// Format characters; what Unicode says may be ignored when drawn; the keycap U+20E3.
const INVISIBLE =
  /[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u20e3\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/gu;
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const COMMAS = "\u3001\u060c\u061b\u3002"; // what other scripts put between two entries
const ZEROS = "oO\u041e\u043e\u039f\u03bf"; // Latin, Cyrillic and Greek o
const ONES = "lI\u0406\u0456\u04c0\u0399"; // Latin l and I, Cyrillic and Greek I
const EDGE = "(?<![\\p{L}\\p{N}])";
const END = "(?![\\p{L}\\p{N}])";
const MIXED = new RegExp(
  `${EDGE}(?:[${ZEROS}${ONES}]+[0-9]|[0-9]+[${ZEROS}${ONES}])[0-9${ZEROS}${ONES}]*${END}`,
  "gu",
);
const ONLY_ZEROS = new RegExp(`${EDGE}[${ZEROS}]+${END}`, "gu");
const KEPT = /[\x00-\x7f\u00a3\u20ac\p{L}]/u;
const DIGIT = /\p{Nd}/u;

/**
 * Count characters as Python does: code points.
 *
 * @param {string} text
 */
export const sizeOf = (text) => [...text].length;

/**
 * Take white space off both ends.
 *
 * @param {string} text
 */
export const stripped = (text) => text.replace(AROUND, "");

/**
 * Return text without invisible marks, in NFKC, its lines ended by a line feed.
 *
 * @param {string} typed
 */
export function cleaned(typed) {
  const text = typed.replace(LINE_ENDS, "\n");
  if (CONTROL.test(text)) throw new NotAnIdentifier("control_characters");
  return text.replace(INVISIBLE, "").normalize("NFKC");
}

/**
 * Return cleaned text with every digit in ASCII and every other sign as ASCII or a space.
 *
 * @param {string} text
 */
export const forPhones = (text) => [...text].map(plain).join("");

/**
 * Do the same sign for sign: marks, which a number leaves out, stay as they are.
 *
 * @param {string} text
 */
export const inPlace = (text) => [...text].map((sign) => plain(sign) || sign).join("");

/**
 * Read O for zero, l and I for one, in words that are otherwise digits.
 *
 * @param {string} text
 */
export const withLettersAsDigits = (text) => text.replace(MIXED, asDigits);

/**
 * Read whole words of the letter O as zeros too.
 *
 * @param {string} text
 */
export const withWordsOfZeros = (text) => text.replace(ONLY_ZEROS, asDigits);

/**
 * Return only the letters, small and without accents, to compare phrases by.
 *
 * @param {string} text
 */
export const lettersOf = (text) => text.toLowerCase().normalize("NFKD").replace(/\P{L}+/gu, "");

/** @param {string} sign */
function plain(sign) {
  if (KEPT.test(sign)) return sign;
  if (DIGIT.test(sign)) return String(valueOf(sign));
  return circled(sign) || (COMMAS.includes(sign) ? "," : /\p{M}/u.test(sign) ? "" : " ");
}

/**
 * Return the value of a decimal digit of any script: they come in tens, from a zero on.
 *
 * @param {string} sign
 */
function valueOf(sign) {
  const at = Number(sign.codePointAt(0));
  let zero = at;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (at - zero) % 10;
}

/**
 * Return the value of a digit in a black circle, no decimal digit for Unicode.
 *
 * @param {string} sign
 */
function circled(sign) {
  if (sign === "\u24ff") return "0";
  const first = sign >= "\u278a" && sign <= "\u2792" ? 0x278a : 0x2776;
  const value = sign.charCodeAt(0) - first + 1;
  return value >= 1 && value <= 9 ? String(value) : "";
}

/** @param {string} word */
function asDigits(word) {
  return [...word].map((sign) => (ZEROS.includes(sign) ? "0" : ONES.includes(sign) ? "1" : sign)).join("");
}
