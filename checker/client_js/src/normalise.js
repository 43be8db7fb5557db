/**
 * What people paste, turned into phone numbers and email addresses within the browser.
 *
 * The rules are those of checker/identifiers, in order and exactly; tests/spellings.json and a
 * great many generated entries hold both to the same results. Nothing here fetches, keeps or logs.
 *
 * @module
 */
import { findEmails } from "./emails.js";
import { withLinksOpened } from "./links.js";
import { isPremium, valueOf } from "./numbers.js";
import { findPhones } from "./phones.js";
import { Plans } from "./plans.js";
import { NotAnIdentifier } from "./refusals.js";
import { asWritten, noteOn } from "./showing.js";
import { cleaned, forPhones, sizeOf, SPACE, stripped, withLettersAsDigits } from "./spelling.js";
import { saysWithheld } from "./withheld.js";

export { NotAnIdentifier };

/** @typedef {{kind: "phone" | "email", value: string}} Identifier */
/** @typedef {import("./phones.js").Found} Found */

const LONGEST_ENTRY = 1000; // characters
const FEW_DIGITS = 4; // as in john1990: a word, not a number cut short
const WORD = "[\\p{L}\\p{N}_\\-]";
const HOST = new RegExp(`^(?:${WORD}+\\.)+[\\p{L}\\p{Nl}\\p{No}]{2,}(?:/[^${SPACE}]*)?$`, "u");
/** @type {WeakMap<object, Plans>} */
const ready = new WeakMap();

/**
 * Return what an entry holds, for somebody in a region; throws NotAnIdentifier.
 *
 * @param {string} text as it was pasted
 * @param {string} region ISO 3166-1 alpha-2
 * @param {import("./plans.js").Data} data what phone_plans.json holds
 * @returns {{identifiers: Identifier[], choices: Identifier[][]}} each of `choices`: one number
 *   that may be meant in several ways
 */
export function read(text, region, data) {
  const plans = plansOf(data);
  if (!plans.has(region)) throw new RangeError("the region is not one that libphonenumber knows");
  const entry = entryOf(text);
  const { opened, empty } = withLinksOpened(entry);
  const { addresses, rest, username } = findEmails(opened);
  const view = forPhones(rest);
  const { found, refusal } = findPhones(view, { region, plans, alone: !addresses.length });
  if (refusal && !isWordy(view)) throw new NotAnIdentifier(refusal);
  if (!addresses.length && !found.length) {
    throw new NotAnIdentifier(whyNothing(entry, { refusal, empty, username }));
  }
  if (found.some(({ certain }) => certain.some((number) => isPremium(number, plans)))) {
    throw new NotAnIdentifier("premium");
  }
  return together(addresses, found, view);
}

/**
 * Return an identifier as people read it, and what is unusual about it, or "".
 *
 * @param {Identifier} identifier
 * @param {import("./plans.js").Data} data
 */
export function show(identifier, data) {
  const plans = plansOf(data);
  return { written: asWritten(identifier, plans), note: noteOn(identifier, plans) };
}

/** @param {import("./plans.js").Data} data */
function plansOf(data) {
  const plans = ready.get(data) ?? new Plans(data);
  ready.set(data, plans);
  return plans;
}

/** @param {string} text */
function entryOf(text) {
  if (sizeOf(text) > LONGEST_ENTRY) throw new NotAnIdentifier("too_long");
  const entry = stripped(cleaned(text));
  if (!entry) throw new NotAnIdentifier("empty");
  return entry;
}

/**
 * Tell of words with a digit or two, which are no number cut short.
 *
 * @param {string} view
 */
function isWordy(view) {
  const digits = withLettersAsDigits(view).match(/[0-9]/g) ?? [];
  return digits.length <= FEW_DIGITS && /\p{L}/u.test(view);
}

/**
 * @param {string} text
 * @param {{refusal: string | null, empty: boolean, username: boolean}} seen
 */
function whyNothing(text, { refusal, empty, username }) {
  if (saysWithheld(text)) return "withheld";
  if (empty || HOST.test(text)) return "link";
  if (username) return "username";
  if (refusal === "short_code") return refusal;
  return (text.match(/\p{L}/gu) ?? []).length > 1 ? "name" : "no_identifier";
}

/**
 * Return everything found, in the order of the entry, each once.
 *
 * @param {import("./emails.js").FoundAddress[]} addresses
 * @param {Found[]} found
 * @param {string} view
 */
function together(addresses, found, view) {
  /** @type {{start: number, kind: "phone" | "email", value: string}[]} */
  const certain = [
    ...found.flatMap(({ start, certain: numbers }) => {
      const at = sizeOf(view.slice(0, start));
      return numbers.map((number) => ({ start: at, ...asIdentifier(number) }));
    }),
    ...addresses.map((address) => ({ kind: /** @type {const} */ ("email"), ...address })),
  ].sort((one, other) => one.start - other.start);
  const choices = found
    .filter(({ candidates }) => candidates.length)
    .map(({ candidates }) => candidates.map(asIdentifier));
  return {
    identifiers: eachOnce(certain.map(({ kind, value }) => ({ kind, value }))),
    choices: eachOnce(choices),
  };
}

/**
 * @param {import("./numbers.js").Number_} number
 * @returns {Identifier}
 */
const asIdentifier = (number) => ({ kind: "phone", value: valueOf(number) });

/**
 * @template T
 * @param {T[]} all
 * @returns {T[]}
 */
const eachOnce = (all) => [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
