/**
 * Platforms that people have names on, and what a name on each may be.
 *
 * Follows checker/identifiers/platforms.py, over the same data.
 *
 * @module
 */
import source from "../../identifiers/platforms.json" with { type: "json" };
import { looksLikeAnother } from "./emails.js";
import { forPhones } from "./spelling.js";

/**
 * What the data says of one; lists have commas.
 *
 * @typedef {object} Platform
 * @property {string} slug
 * @property {string} label
 * @property {string} [words] what people call it besides
 * @property {string} [marked] the same, where it says so only beside a sign
 * @property {string} [hosts]
 * @property {string} [paths] what comes before the name in a link to a profile
 * @property {string} [reserved] what is no name there
 * @property {string} name
 * @property {number} shortest
 * @property {number} longest
 * @property {boolean} [dots_ignored]
 */

/** @type {Platform[]} */
export const PLATFORMS = source.platforms;

/** @param {string | undefined} list */
export const listed = (list) => (list ? list.split(", ") : []);

export const FILLERS = listed(source.fillers);
export const NO_NAMES = [...FILLERS, ...listed(source.no_names)];
export const RESERVED = listed(source.reserved);
export const BY_SLUG = by(({ slug }) => [slug]);
export const BY_WORD = by((each) => [...wordsOf(each), ...listed(each.marked)]);
export const BY_HOST = by(({ hosts }) => listed(hosts));

/**
 * Return a name as a platform has it, "" if it has no such name.
 *
 * A name of digits alone is none: it is rather a number.
 *
 * @param {Platform} platform
 * @param {string} typed
 */
export function named({ name: shape, shortest, longest, dots_ignored }, typed) {
  const whole = plainName(typed);
  if (!/[a-z]/.test(whole) || !new RegExp(`^(?:${shape})$`).test(whole)) return "";
  const name = dots_ignored ? whole.replaceAll(".", "") : whole;
  return name.length >= shortest && name.length <= longest ? name : "";
}

/**
 * Say why no platform has such a name: all of theirs are of ASCII letters.
 *
 * @param {string} typed
 */
export const whyNoName = (typed) =>
  looksLikeAnother(plainName(typed), "") ? "look_alike" : "username";

/**
 * Return a name in small letters, without marks and the full stop of a sentence.
 *
 * @param {string} typed
 */
const plainName = (typed) => forPhones(typed).toLowerCase().replace(/\.+$/, "");

/**
 * Return what says without a sign that a platform is meant: mostly its slug and more.
 *
 * @param {Platform} platform
 */
export function wordsOf({ slug, words, marked }) {
  return marked === slug ? listed(words) : [slug, ...listed(words)];
}

/**
 * @param {(each: Platform) => string[]} keys
 * @returns {Record<string, Platform>}
 */
function by(keys) {
  return Object.fromEntries(PLATFORMS.flatMap((each) => keys(each).map((key) => [key, each])));
}
