/**
 * Phone numbers within text: runs of digits, and how many numbers each run is.
 *
 * Follows checker/identifiers/phones.py.
 *
 * @module
 */
import { readings, valueOf, whyNot } from "./numbers.js";
import { I, SPACE, withLettersAsDigits, withWordsOfZeros } from "./spelling.js";

/** @typedef {import("./plans.js").Plans} Plans */
/** @typedef {import("./numbers.js").Number_} Number_ */
/** @typedef {{start: number, certain: Number_[], candidates: Number_[]}} Found */
/** @typedef {{found: Found[], refusal: string | null}} Outcome */
/** @typedef {{region: string, plans: Plans, alone: boolean}} Where */

// What may stand between two digits of one number: anything but letters and these.
const JOINS = '(?:[^\\p{L}\\p{N}_+,;:|&=<>?!@%#"\u00a3\u20ac$\\n]|_)';
const RUN = new RegExp(`(?:\\+${JOINS}{0,3})?[0-9](?:${JOINS}*[0-9])*`, "gu");
const NOT_DIGITS = /[^0-9]+/gu;
const EXTENSION = new RegExp(
  `(?<=[0-9])[ .,;()]*(?:ext(?:n|ens${I}on)?|x|poste|#)[ .:=]*[0-9]{1,6}(?![0-9])`,
  "giu",
);
const DATE =
  /(?<![0-9/.+\-])(?:[0-3]?[0-9](?<by>[/.\-])[0-3]?[0-9]\k<by>(?:19|20)[0-9][0-9]|(?:19|20)[0-9][0-9](?<to>[/.\-])[01]?[0-9]\k<to>[0-3]?[0-9])(?![0-9/\-])/gu;
const NOISE = new RegExp(
  "(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9])" + // a time
    "|[\u00a3\u20ac$] ?[0-9]+(?:[.,][0-9]+)*" + // a price
    `|(?<![^${SPACE}])[0-9]{1,4}(?:am|pm|st|nd|rd|th|yo|yrs?|m${I}ns?|hrs?|h|km|cm|kg|k|x)(?![\\p{L}\\p{N}_])` +
    "|(?<![^\\n])[ \\t]*(?:[1-9]|1[0-9])[.)][ \\t]+(?=\\(?[+0])", // a bullet, 1. or 2)
  "giu",
);
const SHORT = 5; // digits: an age, a year, a house number; no number unless it stands alone
const MOST_GROUPS = 40;
const LONGEST = 22; // digits: the 15 of E.164 with 011, a trunk zero and a slip or two

/**
 * Return the numbers in prepared text, or why a run of it is none.
 *
 * @param {string} view
 * @param {Where} where `alone`: nothing else was found, so a short run of digits is meant
 * @returns {Outcome}
 */
export function findPhones(view, where) {
  const typed = blanked(EXTENSION, view);
  const text = withLettersAsDigits(typed);
  const first = find(text, typed, where);
  const zeros = first.refusal ? withWordsOfZeros(text) : text;
  if (zeros === text) return first;
  const second = find(zeros, typed, where);
  return second.refusal ? first : second;
}

/**
 * @param {string} text
 * @param {string} typed the same before letters were read as digits
 * @param {Where} where
 * @returns {Outcome}
 */
function find(text, typed, { region, plans, alone }) {
  const runs = [...blanked(NOISE, blanked(DATE, text)).matchAll(RUN)];
  const long = runs.filter(([run]) => run.replace(NOT_DIGITS, "").length > SHORT);
  const found = [];
  for (const { 0: run, index: start } of long.length || !alone ? long : runs) {
    let read = readRun(run, region, plans);
    if (run.startsWith("1") && typed[start] !== "1") read = withAStroke(run, region, plans, read);
    if (!read.certain.length && !read.candidates.length) {
      return { found: [], refusal: whyNot(digitsOf(run), region, plans) };
    }
    found.push({ start, ...read });
  }
  return { found, refusal: null };
}

/**
 * @param {RegExp} pattern
 * @param {string} text
 */
const blanked = (pattern, text) => text.replace(pattern, (match) => "\n".repeat(match.length));

/**
 * Return the digits of a run, with a plus before them where it begins with one.
 *
 * @param {string} run
 */
function digitsOf(run) {
  const digits = run.replace(NOT_DIGITS, "");
  return run.startsWith("+") ? `+${digits}` : digits;
}

/**
 * Read a run as one number, else as several between slashes, else as several in a row.
 *
 * @param {string} run
 * @param {string} region
 * @param {Plans} plans
 */
function readRun(run, region, plans) {
  let found = readOne(digitsOf(run), region, plans);
  if (found.length && !/^[0+]/.test(run)) {
    found = eachOnce([...found, ...afterOtherDigits(run, region, plans)]);
  }
  if (found.length) return oneOrMore(found);
  const parts = run.split("/").map((part) => part.replace(/^[ (]+|[ (]+$/g, ""));
  const between = parts.map((part) => readOne(digitsOf(part), region, plans));
  if (between.every((each) => each.length === 1)) return { certain: between.flat(), candidates: [] };
  return { certain: inARow(run, region, plans), candidates: [] };
}

/**
 * Read an l or I before a number as the digit 1, and as a stroke that means nothing.
 *
 * @param {string} run
 * @param {string} region
 * @param {Plans} plans
 * @param {{certain: Number_[], candidates: Number_[]}} asOne
 */
function withAStroke(run, region, plans, { certain, candidates }) {
  const without = readOne(digitsOf(run.slice(1)), region, plans);
  return oneOrMore(eachOnce([...certain, ...candidates, ...without]));
}

/** @param {Number_[]} found */
const oneOrMore = (found) =>
  found.length === 1 ? { certain: found, candidates: [] } : { certain: [], candidates: found };

/** @param {Number_[]} numbers */
const eachOnce = (numbers) => [
  ...new Map(numbers.map((number) => [valueOf(number), number])).values(),
];

/**
 * Return the numbers that a run ends with if its first digits are something else.
 *
 * @param {string} run
 * @param {string} region
 * @param {Plans} plans
 */
function afterOtherDigits(run, region, plans) {
  const groups = groupsOf(run);
  const found = [];
  for (let at = 1; at < groups.length; at += 1) {
    if (groups.slice(0, at).join("").length > SHORT) break;
    if (groups[at]?.startsWith("0")) found.push(...readOne(groups.slice(at).join(""), region, plans));
  }
  return found;
}

/** @param {string} run */
function groupsOf(run) {
  const groups = run.split(NOT_DIGITS).filter(Boolean);
  return run.startsWith("+") ? [`+${groups[0]}`, ...groups.slice(1)] : groups;
}

/**
 * @param {string} digits
 * @param {string} region
 * @param {Plans} plans
 */
function readOne(digits, region, plans) {
  return digits.length > LONGEST || !digits ? [] : readings(digits, region, plans);
}

/**
 * Cut a run into numbers that each begin with a zero or plus, if there is one way to.
 *
 * @param {string} run
 * @param {string} region
 * @param {Plans} plans
 */
function inARow(run, region, plans) {
  const groups = groupsOf(run);
  if (groups.length > MOST_GROUPS) return [];
  const found = ways(groups, region, plans);
  const all = [];
  for (let at = 0, before = 0; at < groups.length && before <= SHORT; at += 1) {
    all.push(...(found[at] ?? []));
    before += String(groups[at]).length;
  }
  return all.length === 1 ? /** @type {Number_[]} */ (all[0]) : [];
}

/**
 * Return for each group up to two ways to cut the groups from it on into numbers without doubt.
 *
 * @param {string[]} groups
 * @param {string} region
 * @param {Plans} plans
 */
function ways(groups, region, plans) {
  /** @type {Number_[][][]} */
  const found = groups.map(() => []);
  found.push([[]]);
  for (let start = groups.length - 1; start >= 0; start -= 1) {
    found[start] = numbersFrom(groups, start, region, plans).flatMap(({ end, number }) =>
      (found[end] ?? []).slice(0, 2).map((rest) => [number, ...rest]),
    );
  }
  return found;
}

/**
 * @param {string[]} groups
 * @param {number} start
 * @param {string} region
 * @param {Plans} plans
 */
function numbersFrom(groups, start, region, plans) {
  const found = [];
  let digits = "";
  for (let end = start + 1; end <= groups.length && /^[0+]/.test(String(groups[start])); end += 1) {
    digits += groups[end - 1];
    if (digits.length > LONGEST) break;
    const [number, ...others] = readOne(digits, region, plans);
    if (number && !others.length) found.push({ end, number });
  }
  return found;
}
