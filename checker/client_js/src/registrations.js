/**
 * Formats of vehicle registrations, by country: how they are told, grouped and shown.
 *
 * Follows checker/identifiers/registrations.py, over the same data.
 *
 * @module
 */
import source from "../../identifiers/plates.json" with { type: "json" };
import { listed } from "./platforms.js";

/**
 * One of a country: `shape` is of the value, O and I as 0 and 1, and has a group for each run of
 * letters or digits; `shown` has L or D for each and what stands between them. `alone`: it is a
 * plate without a word that says so, in an entry of its own; `within`: in a sentence too.
 *
 * @typedef {{shape: string, shown: string, alone?: boolean, within?: boolean}} Format
 */

/** @type {Record<string, {formats: Format[], words?: string}>} */
const COUNTRIES = source.countries;
/** @type {Record<string, string>} */
export const OTHER_NAMES = source.names;
export const WORDS = listed(source.words);
export const FILLERS = listed(source.fillers);
export const NO_COUNTRIES = listed(source.no_countries); // words, unless in capitals or before a colon

/**
 * Return the first format that a value has.
 *
 * @param {string} country
 * @param {string} value
 */
export const formatOf = (country, value) =>
  COUNTRIES[country]?.formats.find(({ shape }) => whole(shape).test(value));

/**
 * Tell of what looks like a plate of a country and is only words.
 *
 * @param {string} country
 * @param {string} spelled in capitals, a space between groups
 */
export const isWords = (country, spelled) => whole(COUNTRIES[country]?.words ?? "").test(spelled);

/**
 * Return letters and digits as they are in values: 0 for O and 1 for I, which nobody can tell apart
 * on a plate, and no dots, which are left out abroad.
 *
 * @param {string} capitals
 */
export const collapsed = (capitals) =>
  capitals.replace(/[OIÄÖÜ]/g, (sign) => String("01A0U"["OIÄÖÜ".indexOf(sign)]));

/**
 * Return a value as it stands on the plate, where a format says which are letters.
 *
 * @param {string} country
 * @param {string} value
 */
export function inGroups(country, value) {
  const found = formatOf(country, value);
  if (!found) return value;
  const groups = whole(found.shape).exec(value) ?? [];
  let at = 0;
  return found.shown.replace(/[LD]/g, (kind) => {
    const group = String(groups[++at]);
    return kind === "L" ? group.replaceAll("0", "O").replaceAll("1", "I") : group;
  });
}

/** @param {string} pattern */
const whole = (pattern) => new RegExp(`^(?:${pattern})$`);
