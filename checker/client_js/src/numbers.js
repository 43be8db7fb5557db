/**
 * One phone number: from digits to E.164, and every way those digits may be meant.
 *
 * Follows checker/identifiers/numbers.py.
 *
 * @module
 */
import { isPremiumRate, isShort, parse, possible, Unparsed } from "./parsing.js";

/** @typedef {import("./plans.js").Plans} Plans */
/** @typedef {{code: number, national: string}} Number_ */

// Plans that changed while the old spelling is still in people's phones, by country code.
/** @type {Record<number, [RegExp, string]>} */
const RENUMBERED = {
  52: [/^(?:1|01|044|045)(\d{10})$/, "$1"], // Mexico's mobile 1 and trunk prefixes, until 2020
  55: [/^(\d\d)([689]\d{7})$/, "$19$2"], // Brazil's ninth digit of mobiles, 2012 to 2016
};
// "anonymous", "restricted", "blocked" and "unavailable" spelt on a keypad.
const WITHHELD = ["+266696687", "+7378742833", "+2562533", "+86282452253"];
const OTHER_COUNTRYS_PREFIXES = ["00", "011"];

/** @param {Number_} number */
export const valueOf = ({ code, national }) => `+${code}${national}`;

/**
 * Return what digits may mean to somebody in a region: none, one, or two to choose from.
 *
 * @param {string} digits with a plus before them or not
 * @param {string} region
 * @param {Plans} plans
 * @returns {Number_[]}
 */
export function readings(digits, region, plans) {
  if (digits.startsWith("+0")) {
    const found = readings(digits.slice(1), region, plans);
    return found.length ? found : readings(`+${digits.replace(/^[+0]+/, "")}`, region, plans);
  }
  if (digits.startsWith("+")) return some(numberFrom(digits, null, plans));
  if (digits.startsWith("00")) {
    const abroad = numberFrom(`+${digits.slice(2)}`, null, plans);
    return between(numberFrom(digits, region, plans), abroad, region, plans);
  }
  const home = numberFrom(digits, region, plans);
  if (digits.startsWith("0")) return some(home ?? fromAnotherCountry(digits, plans));
  if (home && (valueOf(home).slice(1) === digits || !mayBeInternational(digits, plans))) return [home];
  return between(home, numberFrom(`+${digits}`, null, plans), region, plans);
}

/**
 * Tell whether ringing a number costs extra.
 *
 * @param {Number_} number
 * @param {Plans} plans
 */
export function isPremium(number, plans) {
  if (!plans.shared(number.code).premium.test(number.national)) return false;
  return isPremiumRate(parse(valueOf(number), null, plans), plans);
}

/**
 * Say why digits that have no reading are no number.
 *
 * @param {string} digits
 * @param {string} region
 * @param {Plans} plans
 */
export function whyNot(digits, region, plans) {
  if (WITHHELD.includes(digits)) return "withheld";
  try {
    const parsed = parse(digits, region, plans);
    if (isShort(parsed, region, plans)) return "short_code";
    const length = possible(parsed, plans);
    if (length === "wrong") return "impossible";
    return length === "too_long" ? "too_many_digits" : "half_number";
  } catch (error) {
    if (!(error instanceof Unparsed)) throw error;
    if (error.why === "too_long") return "too_many_digits";
    return error.why === "country_code" ? "impossible" : "half_number";
  }
}

/**
 * Return the number that digits are, if it is possible in its plan.
 *
 * @param {string} text
 * @param {string | null} region none: the digits need their plus
 * @param {Plans} plans
 */
function numberFrom(text, region, plans) {
  const first = plain(text, region, plans);
  if (first) return first;
  const parsed = parsedOrNull(text, region, plans);
  return parsed && settled(parsed.code, parsed.national, plans);
}

/**
 * Read what the parser would only take a plus or one trunk zero off.
 *
 * @param {string} text
 * @param {string | null} region
 * @param {Plans} plans
 */
function plain(text, region, plans) {
  let [code, national] = atFirstSight(text, region, plans);
  if (!code) return null;
  const plan = plans.main(code);
  const trunk = plan.trunk?.exec(national);
  const onlyZero = trunk?.[0] === "0" && trunk.slice(1).every((group) => group === undefined);
  if (onlyZero && !plan.shape.test(national)) national = national.slice(1);
  return isSettled(code, national, plans) ? { code, national } : null;
}

/**
 * Split digits into country code and the rest; the code is 0 where that takes the parser.
 *
 * @param {string} text
 * @param {string | null} region
 * @param {Plans} plans
 * @returns {[number, string]}
 */
function atFirstSight(text, region, plans) {
  if (text.startsWith("+")) {
    const code = plans.codeOf(text.slice(1));
    return [code, text.slice(1 + String(code).length)];
  }
  const { is, abroad } = plans.of(String(region));
  if (plans.regionsOf(is.code)[0] !== region || abroad?.test(text)) return [0, ""];
  const code = String(is.code);
  if (!text.startsWith(code)) return [is.code, text];
  return text.length > Math.max(...is.lengths) ? [is.code, text.slice(code.length)] : [0, ""];
}

/**
 * Tell that nothing is left before a possible number that could be taken off.
 *
 * @param {number} code
 * @param {string} national
 * @param {Plans} plans
 */
function isSettled(code, national, plans) {
  if (national.startsWith("0") || RENUMBERED[code]) return false;
  return plans.holds(code, national) && !plans.main(code).trunk?.exec(national)?.[0];
}

/**
 * @param {string} text
 * @param {string | null} region
 * @param {Plans} plans
 */
function parsedOrNull(text, region, plans) {
  try {
    return parse(text, region, plans);
  } catch (error) {
    if (error instanceof Unparsed) return null;
    throw error;
  }
}

/**
 * Take off what the parser leaves before a number, until nothing changes.
 *
 * @param {number} code
 * @param {string} national
 * @param {Plans} plans
 * @returns {Number_ | null}
 */
function settled(code, national, plans) {
  if (isSettled(code, national, plans)) return { code, national };
  const renumbered = RENUMBERED[code];
  const renewed = renumbered ? national.replace(renumbered[0], renumbered[1]) : national;
  const number = withoutZero({ code, national: renewed }, plans);
  const again = parsedOrNull(valueOf(number), null, plans);
  if (again && again.national.length < number.national.length) {
    return settled(code, again.national, plans);
  }
  return plans.holds(code, number.national) ? number : null;
}

/**
 * Drop a zero written by habit where the plan has none, as in +351 (0)9...
 *
 * @param {Number_} number
 * @param {Plans} plans
 */
function withoutZero(number, plans) {
  const shorter = { code: number.code, national: number.national.replace(/^0+/, "") };
  if (shorter.national === number.national || plans.main(number.code).trunk) return number;
  if (!plans.holds(number.code, shorter.national)) return number;
  return isKnown(shorter, plans) && !isKnown(number, plans) ? shorter : number;
}

/**
 * @param {Number_} number
 * @param {Plans} plans
 */
function isKnown({ code, national }, plans) {
  return plans.shared(code).known.test(national);
}

/**
 * Read a prefix for calls abroad that is dialled in other countries than this one.
 *
 * @param {string} digits
 * @param {Plans} plans
 */
function fromAnotherCountry(digits, plans) {
  for (const prefix of OTHER_COUNTRYS_PREFIXES.filter((each) => digits.startsWith(each))) {
    const found = numberFrom(`+${digits.slice(prefix.length)}`, null, plans);
    if (found) return found;
  }
  return null;
}

/**
 * Rule out cheaply that digits are a number whose plus was left out; true means perhaps.
 *
 * @param {string} digits
 * @param {Plans} plans
 */
function mayBeInternational(digits, plans) {
  const code = plans.codeOf(digits);
  if (!code) return false;
  const rest = digits.slice(String(code).length);
  const trunk = plans.main(code).trunk?.exec(rest)?.[0];
  return rest.startsWith("0") || Boolean(RENUMBERED[code] || trunk) || plans.holds(code, rest);
}

/**
 * Choose only where nobody would choose otherwise: one of two is a known number at home.
 *
 * @param {Number_ | null} home
 * @param {Number_ | null} abroad
 * @param {string} region
 * @param {Plans} plans
 */
function between(home, abroad, region, plans) {
  if (!home || !abroad || valueOf(home) === valueOf(abroad)) return some(home ?? abroad);
  const known = [home, abroad].filter((number) => isKnown(number, plans));
  const only = known.length === 1 ? known[0] : null;
  return only && only.code === plans.of(region).is.code ? [only] : [home, abroad];
}

/** @param {Number_ | null} number */
const some = (number) => (number ? [number] : []);
