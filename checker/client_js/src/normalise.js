/**
 * What people paste, turned into identifiers within the browser.
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
import { findPlates } from "./plates.js";
import { Plans } from "./plans.js";
import { NotAnIdentifier } from "./refusals.js";
import { asWritten, noteOn } from "./showing.js";
import { cleaned, forPhones, sizeOf, SPACE, stripped, withLettersAsDigits } from "./spelling.js";
import { findUsernames } from "./usernames.js";
import { saysWithheld } from "./withheld.js";

export { NotAnIdentifier };

/** @typedef {"phone" | "email" | "username" | "vehicle"} Kind */
/** @typedef {{kind: Kind, value: string}} Identifier */
/** @typedef {import("./phones.js").Found} Found */
/** @typedef {import("./emails.js").FoundAddress} FoundAddress */

/**
 * The numbers and addresses of an entry, or why there are none; `slip`: something was meant as one
 * of them, and nothing else is read before it is mended.
 *
 * @typedef {{addresses: FoundAddress[], phones: Found[], view: string, refusal: string, slip: boolean}} Numbers
 */

const LONGEST_ENTRY = 1000; // characters
const FEW_DIGITS = 4; // as in john1990: a word, not a number cut short
const WORD = "[\\p{L}\\p{N}_\\-]";
const HOST = new RegExp(`^(?:${WORD}+\\.)+[\\p{L}\\p{Nl}\\p{No}]{2,}(?:/[^${SPACE}]*)?$`, "u");
/** @type {Numbers} */
const NONE = { addresses: [], phones: [], view: "", refusal: "", slip: false };
/** @type {WeakMap<object, Plans>} */
const ready = new WeakMap();

/**
 * Return what an entry holds, for somebody in a region; throws NotAnIdentifier.
 *
 * @param {string} text as it was pasted
 * @param {string} region ISO 3166-1 alpha-2
 * @param {import("./plans.js").Data} data what phone_plans.json holds
 * @returns {{identifiers: Identifier[], choices: Identifier[][]}} each of `choices`: one number
 *   or name that may be meant in several ways
 */
export function read(text, region, data) {
  const plans = plansOf(data);
  if (!plans.has(region)) throw new RangeError("the region is not one that libphonenumber knows");
  const entry = entryOf(text);
  const { names, rest: unnamed } = findUsernames(entry);
  const { plates, rest } = findPlates(unnamed, region, plans);
  const others = [...names.certain, ...plates];
  const lettered = others.filter(({ value }) => !/:[0-9]+$/.test(value));
  const numbers = numbersIn(entry, { region, plans, alone: !lettered.length });
  // Then bare digits are a number's, and no @ is asked about.
  if (!numbers.refusal) return together(numbers, lettered, []);
  if (names.refusal && !numbers.slip) throw new NotAnIdentifier(names.refusal);
  const beside = numbersIn(rest, { region, plans, alone: !others.length });
  const nothing = !others.length && !names.choices.length;
  if (nothing || beside.slip) throw new NotAnIdentifier(numbers.refusal);
  return together(beside, others, names.choices);
}

/**
 * Return an identifier as people read it, and what is unusual about it, or "".
 *
 * @param {Identifier} identifier
 * @param {string} home the region they are in
 * @param {import("./plans.js").Data} data
 */
export function show(identifier, home, data) {
  const plans = plansOf(data);
  return { written: asWritten(identifier, home, plans), note: noteOn(identifier, plans) };
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
 * Read only the numbers and addresses.
 *
 * @param {string} entry
 * @param {import("./phones.js").Where} where `alone`: nothing else was found
 * @returns {Numbers}
 */
function numbersIn(entry, { region, plans, alone }) {
  const { opened, empty } = withLinksOpened(entry);
  const { refusal: bad, addresses, rest, username } = emailsIn(opened);
  if (bad) return { ...NONE, refusal: bad, slip: true };
  const view = forPhones(rest);
  const phones = findPhones(view, { region, plans, alone: alone && !addresses.length });
  const premium = phones.found.some(({ certain }) => certain.some((each) => isPremium(each, plans)));
  const refusal = premium ? "premium" : phones.refusal;
  if (refusal && (premium || !isWordy(view))) return { ...NONE, refusal, slip: true };
  if (addresses.length || phones.found.length) return { ...NONE, addresses, phones: phones.found, view };
  return { ...NONE, refusal: whyNothing(entry, { refusal, empty, username }) };
}

/** @param {string} opened */
function emailsIn(opened) {
  try {
    return { ...findEmails(opened), refusal: "" };
  } catch (error) {
    if (!(error instanceof NotAnIdentifier)) throw error;
    return { addresses: [], rest: opened, username: false, refusal: error.code };
  }
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
 * Return everything found, each once: numbers and addresses in their order, then the others.
 *
 * @param {Numbers} numbers
 * @param {Identifier[]} others
 * @param {Identifier[][]} asked
 */
function together({ addresses, phones, view }, others, asked) {
  /** @type {{start: number, kind: Kind, value: string}[]} */
  const certain = [
    ...phones.flatMap(({ start, certain: numbers }) => {
      const at = sizeOf(view.slice(0, start));
      return numbers.map((number) => ({ start: at, ...asIdentifier(number) }));
    }),
    ...addresses.map((address) => ({ kind: /** @type {const} */ ("email"), ...address })),
  ].sort((one, other) => one.start - other.start);
  const choices = phones
    .filter(({ candidates }) => candidates.length)
    .map(({ candidates }) => candidates.map(asIdentifier));
  return {
    identifiers: eachOnce([...certain.map(({ kind, value }) => ({ kind, value })), ...others]),
    choices: eachOnce([...choices, ...asked]),
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
