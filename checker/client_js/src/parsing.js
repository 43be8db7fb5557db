/**
 * What the rules need of libphonenumber: parsing digits, and asking what a number is.
 *
 * After phonenumberutil and shortnumberinfo of phonenumbers (Apache-2.0, see NOTICE), for digits
 * with a plus before them or none; all else was taken out before.
 *
 * @module
 */
import { whole } from "./plans.js";

/** @typedef {import("./plans.js").Plans} Plans */
/** @typedef {import("./plans.js").Plan} Plan */
/** @typedef {{code: number, national: string}} Number_ */

const SHORTEST = 2;
const LONGEST = 17;
const LONGEST_TEXT = 250;

/** Digits cannot be parsed; `why` is the library's name of the reason. */
export class Unparsed extends Error {
  /** @param {"not_a_number" | "country_code" | "too_short" | "too_long"} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/**
 * Return the number that digits are to somebody in a region; throws Unparsed.
 *
 * @param {string} text digits, perhaps with a plus before them
 * @param {string | null} region
 * @param {Plans} plans
 * @returns {Number_}
 */
export function parse(text, region, plans) {
  if (text.length > LONGEST_TEXT) throw new Unparsed("too_long");
  if (!/^(?:\d{2,}|\+\d{3,})$/.test(text)) throw new Unparsed("not_a_number");
  const home = region ? plans.of(region) : null;
  if (!home && !text.startsWith("+")) throw new Unparsed("country_code");
  const abroad = extracted(text, home, plans);
  const code = abroad ? abroad.code : Number(home?.is.code);
  const sameRegion = !abroad || plans.regionsOf(code)[0] === region;
  const plan = sameRegion && home ? home : plans.main(code);
  let national = abroad ? abroad.national : text.replace("+", "");
  if (national.length < SHORTEST) throw new Unparsed("too_short");
  const shorter = withoutTrunk(national, plan);
  if (["possible", "too_long"].includes(lengthOf(shorter, plan))) national = shorter;
  if (national.length < SHORTEST) throw new Unparsed("too_short");
  if (national.length > LONGEST) throw new Unparsed("too_long");
  return { code, national };
}

/**
 * Tell whether a number is of a possible length for its country.
 *
 * @param {Number_} number
 * @param {Plans} plans
 */
export const possible = (number, plans) => lengthOf(number.national, plans.main(number.code));

/**
 * Tell whether a number is a short one that can be dialled in a region.
 *
 * @param {Number_} number
 * @param {string} region
 * @param {Plans} plans
 */
export function isShort({ code, national }, region, plans) {
  const short = plans.of(region).is.short;
  if (!short || !plans.regionsOf(code).includes(region)) return false;
  const [lengths, shape, ranges] = short;
  return lengths.includes(national.length) && whole(shape).test(national) && whole(ranges).test(national);
}

/**
 * Tell whether a number is in a premium range of the region that it belongs to.
 *
 * @param {Number_} number
 * @param {Plans} plans
 */
export function isPremiumRate({ code, national }, plans) {
  const regions = plans.regionsOf(code);
  const region =
    regions.length === 1 ? regions[0] : regions.find((each) => belongs(national, plans.of(each)));
  if (!region) return false;
  const { is, shape, premium } = plans.of(region);
  const fits = !is.premiumLengths || is.premiumLengths.includes(national.length);
  return hasShape(national, is, shape) && fits && premium.test(national);
}

/**
 * @param {string} national
 * @param {Plan} plan
 */
function belongs(national, { is, shape, known }) {
  if (is.leading) return new RegExp(`^(?:${is.leading})`).test(national);
  return hasShape(national, is, shape) && known.test(national);
}

/**
 * @param {string} national
 * @param {import("./plans.js").Described} is
 * @param {RegExp} shape
 */
function hasShape(national, is, shape) {
  return is.lengths.includes(national.length) && shape.test(national);
}

/**
 * Split off a country calling code after a plus, after the prefix for calls abroad, or the home
 * country's own where the number is too long without that; null if there is none.
 *
 * @param {string} text
 * @param {Plan | null} home
 * @param {Plans} plans
 * @returns {Number_ | null}
 */
function extracted(text, home, plans) {
  const plus = text.startsWith("+");
  const full = plus ? text.slice(1) : withoutPrefix(text, home);
  if (plus || full !== text) {
    if (full.length <= SHORTEST) throw new Unparsed("too_short");
    const code = plans.codeOf(full);
    if (code) return { code, national: full.slice(String(code).length) };
    const second = plus && home ? extracted(full, home, plans) : null;
    if (!second) throw new Unparsed("country_code");
    return second;
  }
  return home ? withoutOwnCode(text, home) : null;
}

/**
 * @param {string} digits
 * @param {Plan | null} home
 */
function withoutPrefix(digits, home) {
  const prefix = home?.abroad?.exec(digits)?.[0];
  if (!prefix) return digits;
  const rest = digits.slice(prefix.length);
  return rest.startsWith("0") ? digits : rest;
}

/**
 * @param {string} digits
 * @param {Plan} home
 * @returns {Number_ | null}
 */
function withoutOwnCode(digits, home) {
  const code = String(home.is.code);
  if (!digits.startsWith(code)) return null;
  const rest = withoutTrunk(digits.slice(code.length), home);
  const better = !home.shape.test(digits) && home.shape.test(rest);
  return better || lengthOf(digits, home) === "too_long" ? { code: home.is.code, national: rest } : null;
}

/**
 * Take a trunk prefix or carrier code off, unless only with it the number looks like one.
 *
 * @param {string} digits
 * @param {Plan} plan
 */
function withoutTrunk(digits, plan) {
  const match = digits ? plan.trunk?.exec(digits) : null;
  if (!match) return digits;
  const rule = plan.is.rule;
  const shorter =
    rule && match[match.length - 1] !== undefined
      ? digits.replace(/** @type {RegExp} */ (plan.trunk), rule)
      : digits.slice(match[0].length);
  return plan.shape.test(digits) && !plan.shape.test(shorter) ? digits : shorter;
}

/**
 * @param {string} national
 * @param {Plan} plan
 * @returns {"possible" | "local" | "too_short" | "too_long" | "wrong"}
 */
function lengthOf(national, { is }) {
  const length = national.length;
  if (is.local?.includes(length)) return "local";
  if (is.lengths.includes(length)) return "possible";
  if (length < Math.min(...is.lengths)) return "too_short";
  return length > Math.max(...is.lengths) ? "too_long" : "wrong";
}
