/**
 * Usernames within text: links to profiles, names beside a platform's, and a bare @name.
 *
 * Follows checker/identifiers/usernames.py. Its patterns know case in ASCII alone, as these do
 * without the flag u.
 *
 * @module
 */
import {
  BY_HOST,
  BY_WORD,
  FILLERS,
  listed,
  named,
  NO_NAMES,
  PLATFORMS,
  RESERVED,
  whyNoName,
  wordsOf,
} from "./platforms.js";
import { inPlace, sizeOf } from "./spelling.js";

/** @typedef {import("./normalise.js").Identifier} Identifier */
/** @typedef {import("./platforms.js").Platform} Platform */
/** @typedef {Record<string, any>} Parts the groups of a match: text, or nothing */

/**
 * What an entry holds of usernames, and why a name is none.
 *
 * @typedef {{certain: Identifier[], choices: Identifier[][], refusal: string}} Usernames
 */

// Signs of names: letters, digits and _ . - of ASCII, and all beyond; of words, the same but . and -
const SIGN = "[^\\x00-,/:-@\\[-^`{-\\x7f]";
export const OF_WORD = "[^\\x00-/:-@\\[-^`{-\\x7f]";
export const BLANK = "[ \\t]*";
export const BLANKS = "[ \\t]+";
const NAME = `${SIGN}+(?!${SIGN}|@|:${SIGN})`;
const BEFORE_WORD = `(?<!${SIGN}|@)`;
const BEFORE_LINK = `(?<!${SIGN}|[@/])`;
const AFTER_WORD = `(?!${OF_WORD}|@|[.\\-]${OF_WORD})`;
const AND = `(?:${BLANK}[,/&+]${BLANK}|${BLANKS}(?:(?:and|or)${BLANKS})?)`;
const AT = "(?<![^ \\t\\n,;<(\\[{\"|:/'`])@";
const APART = "\\n,;|&/()\\[\\]"; // what stands around an entry of its own
const ALONE = `(?:(?<![^${APART}])${BLANK}|(?<=[0-9])${BLANKS}|${BEFORE_WORD}(?:and|or)${BLANKS})`;
const END = `(?=[ \\t.!?]*(?:[${APART}]|$)|${BLANKS}(?:[0-9+]|(?:and|or)${BLANKS}))`;

/**
 * Return the pattern of any of some words on their own, the longest first.
 *
 * @param {string[]} words
 */
export const word = (words) => `${BEFORE_WORD}(?:${anyOf(words)})${AFTER_WORD}`;

/** @param {string[]} words */
const anyOf = (words) =>
  words
    .sort((one, other) => other.length - one.length)
    .join("|")
    .replace(/[.-]/g, "\\$&");

/**
 * Return the pattern of fillers after a word.
 *
 * @param {string[]} words
 */
export const fillers = (words) => `(?:${BLANKS}${word(words)})*`;

/** @param {string} pattern */
export const everywhere = (pattern) => new RegExp(pattern, "gi");

/**
 * Return the pattern of one platform, or of several in a row.
 *
 * @param {string[]} words
 */
const platforms = (words) => `${word(words)}(?:${AND}${word(words)}){0,3}`;

const ALL_WORDS = Object.keys(BY_WORD);
const ON_ANY = platforms(ALL_WORDS);
const ON = platforms(PLATFORMS.flatMap(wordsOf));
const WORD = everywhere(word(ALL_WORDS));
const FIRST_NAME = new RegExp(`^${NAME}`);
const LINK = everywhere(
  `${BEFORE_LINK}(?:https?://)?(?:[a-z0-9\\-]{1,20}\\.){0,2}` +
    `(?<host>${anyOf(Object.keys(BY_HOST))})(?<path>/[^ \\t\\n<>"|]*)`,
);
const IN_LINK = new RegExp(`^${SIGN}+(?!${SIGN}|[:@%+=])`);
const OTHER_LINK = everywhere("[^ \\t\\n]*(?:://|www\\.)[^ \\t\\n]*");
const MARKED = everywhere(
  `(?<on>${ON_ANY})${fillers(FILLERS)}${BLANK}(?:[:=]${BLANK}@?|@)(?:/?u/)?` +
    `(?<names>${NAME}(?:${AND}@${NAME})*)` +
    `|${AT}(?<name>${NAME})(?:${BLANK}[(\\[\\-]${BLANK}|${BLANKS}(?:on${BLANKS})?)(?<then>${ON_ANY})` +
    `|${BEFORE_LINK}/?u/(?<reddit>${NAME})`,
);
const IN_WORDS = everywhere(
  `${ALONE}(?:(?<names>${NAME})(?:${BLANKS}on${BLANKS}|${BLANK}[(\\[]${BLANK})(?<on>${ON_ANY})` +
    `|(?<first>${ON})${fillers(FILLERS)}(?:${BLANKS}-)?${BLANKS}(?<name>${NAME})${END})`,
);
const BARE = everywhere(`${AT}(?<name>${NAME})`);

/**
 * Return the usernames in cleaned text, and the text with commas in their place.
 *
 * @param {string} typed
 * @returns {{names: Usernames, rest: string}}
 */
export function findUsernames(typed) {
  /** @type {Usernames} */
  const names = { certain: [], choices: [], refusal: "" };
  const whole = inPlace(typed);
  const unlinked = replaced(whole, LINK, ofLink, names);
  const text = without(typed, whole, unlinked);
  const view = spaced(unlinked, OTHER_LINK);
  let left = view;
  for (const [pattern, by] of WAYS) left = replaced(left, pattern, by, names);
  return { names, rest: without(text, view, left) };
}

/**
 * Return text with a comma wherever a view of it, sign for sign, was changed.
 *
 * @param {string} text
 * @param {string} view
 * @param {string} left
 */
export function without(text, view, left) {
  const [before, after] = [[...view], [...left]];
  return [...text].map((sign, at) => (before[at] === after[at] ? sign : ",")).join("");
}

/**
 * Return text with spaces in place of what is not looked at.
 *
 * @param {string} text
 * @param {RegExp} pattern
 */
export const spaced = (text, pattern) => text.replace(pattern, (match) => " ".repeat(sizeOf(match)));

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(parts: Parts, names: Usernames) => boolean} taken
 * @param {Usernames} names
 */
const replaced = (text, pattern, taken, names) =>
  text.replace(pattern, (match, ...rest) =>
    taken(rest.at(-1), names) ? ",".repeat(sizeOf(match)) : match,
  );

/**
 * @param {Parts} parts
 * @param {Usernames} names
 */
function ofLink({ host, path }, names) {
  const platform = BY_HOST[host.toLowerCase()];
  const start = listed(platform.paths).find((each) => path.toLowerCase().startsWith(each));
  const [name] = (start && IN_LINK.exec(path.slice(start.length))) || [""];
  if ([...RESERVED, ...listed(platform.reserved)].includes(name.toLowerCase())) return false;
  // A link like any other.
  if (!named(platform, name) && whyNoName(name) === "username") return false;
  return added([platform], [name], names);
}

/**
 * @param {Parts} parts
 * @param {Usernames} names
 */
const marked = ({ on, names: several, then, name, reddit }, names) =>
  added(
    platformsOf(on || then || "reddit"),
    (several || name || reddit).split("@").map((/** @type {string} */ each) => each.match(FIRST_NAME)?.[0]),
    names,
  );

/**
 * Take a name without any sign, but no other word that may follow a platform.
 *
 * @param {Parts} parts
 * @param {Usernames} names
 */
const inWords = ({ names: first, on, first: onFirst, name }, names) =>
  !NO_NAMES.includes(name?.toLowerCase()) &&
  added(platformsOf(on || onFirst), [first || name], names, true);

/**
 * @param {any} on text that has some
 * @returns {Platform[]}
 */
const platformsOf = (on) =>
  on.match(WORD).map((/** @type {string} */ each) => BY_WORD[each.toLowerCase()]);

/**
 * Add every name on every platform, or why one is none.
 *
 * @param {Platform[]} on
 * @param {string[]} typed
 * @param {Usernames} names
 * @param {boolean} doubtful
 */
function added(on, typed, names, doubtful = false) {
  const pairs = typed.flatMap((name) => on.map((platform) => ({ platform, name })));
  const wrong = pairs.find(({ platform, name }) => !named(platform, name));
  if (wrong && !doubtful) names.refusal ||= whyNoName(wrong.name);
  if (wrong) return false;
  names.certain.push(...pairs.map(({ platform, name }) => asIdentifier(platform, name)));
  return true;
}

/**
 * Offer the platforms that may have a name.
 *
 * @param {Parts} parts
 * @param {Usernames} names
 */
function asked({ name }, names) {
  // Not @7pm.
  const may = PLATFORMS.filter((each) => !/^[0-9.-]/.test(name) && named(each, name));
  if (may.length) names.choices.push(may.map((each) => asIdentifier(each, name)));
  else if (whyNoName(name) === "look_alike") names.refusal = "look_alike";
  return false;
}

/**
 * @param {Platform} platform
 * @param {string} name
 * @returns {Identifier}
 */
const asIdentifier = (platform, name) => ({
  kind: "username",
  value: `${platform.slug}:${named(platform, name)}`,
});

/** @type {[RegExp, (parts: Parts, names: Usernames) => boolean][]} */
const WAYS = [
  [MARKED, marked],
  [IN_WORDS, inWords],
  [BARE, asked],
];
