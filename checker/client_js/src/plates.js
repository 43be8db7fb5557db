/**
 * Vehicle registrations within text: after a word that says so, or unmistakable at home.
 *
 * Follows checker/identifiers/plates.py.
 *
 * @module
 */
import {
  collapsed,
  FILLERS,
  formatOf,
  isWords,
  NO_COUNTRIES,
  OTHER_NAMES,
  WORDS,
} from "./registrations.js";
import { inPlace } from "./spelling.js";
import { BLANK, BLANKS, everywhere, fillers, OF_WORD, spaced, without, word } from "./usernames.js";

/** @typedef {import("./normalise.js").Identifier} Identifier */
/** @typedef {import("./plans.js").Plans} Plans */
/** @typedef {{start: number, end: number, text: string}} Token a word, in capitals */
/** @typedef {{start: number, end: number, value: string}} Found */
/** @typedef {{view: string, home: string, plans: Plans}} Where */

const MOST_TOKENS = 6;
const TOKEN = everywhere(`${OF_WORD}+`);
const OF_PLATES = /^(?!(?:AND|OR)$)[A-Z0-9ÄÖÜ]+$/;
const TWO_LETTERS = /^[A-Z]{2}$/;
// At least a digit, two to eleven signs in all, and no time of day or length of time.
const ONE = /^(?=.*[0-9])(?![0-9]{1,4}(?:AM|PM|ST|ND|RD|TH|YO|YRS?|MINS?|HRS?|KM?)$).{2,11}$/;
const BOTH = /^(?=.*[0-9]).*[^0-9OI]/; // a digit and a letter that were typed as such
const JOIN = /^[ \t]{0,2}(?:[.-][ \t]?)?$/;
const AFTER_COUNTRY = /^[ \t]*\)?[ \t]*[:-]?[ \t]*$/;
// The first digits of a phone number that follows, or a whole one.
const PHONE = /^[ \t]*(?:0[0-9]{4,}|[0-9]{6,})$/;
// What a plate is apart from: signs, a word, a phone number.
const APART = /[^ \t.'-]/;
const ANOTHER = /^(?:[ \t]*[0-9]{3,}|[ \t.'-]*(?:AND|OR))$/;
const MORE_OF_IT = /^[/:.,][0-9]/; // of a date, a time, an amount
// A plate within a link or an address is none.
const OTHER = everywhere("[^ \\t\\n]*(?:@|://|www\\.|\\.[a-z]{2,}/)[^ \\t\\n]*");
const VALUE = new RegExp(`(?<!${OF_WORD})([A-Z]{2}):([A-HJ-NP-Z0-9]{2,11})(?!${OF_WORD})`, "g");
const AFTER_A_WORD = everywhere(
  `(?:(?<!${OF_WORD})(?<before>[a-z]{2})${BLANKS})?${word(WORDS)}${fillers(FILLERS)}` +
    `${BLANK}[:=#.\\-]?${BLANK}\\(?`,
);

/**
 * Return the registrations in cleaned text, and the text with commas in their place.
 *
 * @param {string} text
 * @param {string} home ISO 3166-1 alpha-2
 * @param {Plans} plans
 * @returns {{plates: Identifier[], rest: string}}
 */
export function findPlates(text, home, plans) {
  const view = spaced(inPlace(text), OTHER);
  /** @type {Found[]} */
  const plates = [];
  let left = view;
  for (const find of [values, afterWords, onTheirOwn]) {
    const found = find({ view: left, home, plans });
    for (const { start, end } of found) {
      left = left.slice(0, start) + ",".repeat(end - start) + left.slice(end);
    }
    plates.push(...found);
  }
  plates.sort((one, other) => one.start - other.start);
  return {
    plates: plates.map(({ value }) => ({ kind: "vehicle", value })),
    rest: without(text, view, left),
  };
}

/**
 * Tell of words that are read as a plate of this home country without one that says so.
 *
 * @param {string} country
 * @param {string} spelled in capitals, a space between groups
 */
export function plainFormat(country, spelled) {
  const typed = spelled.replaceAll(" ", "");
  const found = formatOf(country, collapsed(typed));
  return found?.alone && BOTH.test(typed) && !isWords(country, spelled) ? found : undefined;
}

/**
 * Find registrations as they are stored.
 *
 * @param {Where} where
 * @returns {Found[]}
 */
const values = ({ view, plans }) =>
  [...view.matchAll(VALUE)]
    .filter(([, country, plate]) => plans.has(String(country)) && ONE.test(String(plate)))
    .map(({ 0: value, index: start }) => ({ start, end: start + value.length, value }));

/**
 * @param {Where} where
 * @returns {Found[]}
 */
function afterWords(where) {
  const found = [];
  let end = 0;
  for (const { 0: match, index: start, groups } of where.view.matchAll(AFTER_A_WORD)) {
    const tokens = tokensFrom(where.view, start + match.length);
    const [country, rest] = start < end ? ["", []] : countryOf(where, groups?.before, tokens);
    const picked = pick(where.view, country, rest);
    if (picked.length) found.push(foundIn(picked, country, start));
    end = found.at(-1)?.end ?? 0;
  }
  return found;
}

/**
 * @param {Token[]} tokens
 * @param {string} country
 * @param {number} start
 * @returns {Found}
 */
const foundIn = (tokens, country, start) => ({
  start,
  end: tokens[tokens.length - 1].end,
  value: `${country}:${joined(tokens)}`,
});

/**
 * Return the words that may be of one plate, from a place on.
 *
 * @param {string} view
 * @param {number} start
 */
function tokensFrom(view, start) {
  /** @type {Token[]} */
  const tokens = [];
  for (const token of tokensOf(view, start)) {
    const last = tokens.at(-1);
    const gap = view.slice(last?.end ?? start, token.start);
    const joins = tokens.length === 1 && last && TWO_LETTERS.test(last.text) ? AFTER_COUNTRY : JOIN;
    const follows = last ? joins.test(gap) && !PHONE.test(gap + token.text) : !gap;
    if (!follows || !OF_PLATES.test(token.text) || tokens.length === MOST_TOKENS) break;
    tokens.push(token);
  }
  return tokens;
}

/**
 * @param {string} view
 * @param {number} from
 * @returns {Token[]}
 */
const tokensOf = (view, from = 0) =>
  [...view.slice(from).matchAll(TOKEN)].map(({ 0: text, index }) => ({
    start: from + index,
    end: from + index + text.length,
    text: text.toUpperCase(),
  }));

/**
 * Return the country that is named beside a plate, else the home country, and the rest.
 *
 * @param {Where} where
 * @param {string | undefined} before
 * @param {Token[]} tokens
 * @returns {[string, Token[]]}
 */
function countryOf({ view, home, plans }, before, tokens) {
  const [first, ...rest] = tokens;
  const named = codeOf(before, plans);
  const country = rest.length ? codeOf(first.text, plans) : "";
  if (named || !country) return [named || home, tokens];
  const marked = /[:)]/.test(view.slice(first.end, rest[0].start));
  const isWord = NO_COUNTRIES.includes(view.slice(first.start, first.end));
  return !marked && (isWord || isOf(home, tokens)) ? [home, tokens] : [country, rest];
}

/**
 * @param {string} code "" if there is none; only capitals are one
 * @param {Plans} plans
 */
function codeOf(code = "", plans) {
  const known = OTHER_NAMES[code] ?? code;
  return plans.has(known) ? known : "";
}

/**
 * Tell whether all of some words are a plate of a country, or the first of them surely.
 *
 * @param {string} country
 * @param {Token[]} tokens
 */
const isOf = (country, tokens) =>
  formatOf(country, joined(tokens)) ||
  tokens.some((_, size) => plainFormat(country, spelled(tokens.slice(0, size))));

/**
 * Return the words of the plate: those of a format that is unmistakable, else all.
 *
 * @param {string} view
 * @param {string} country
 * @param {Token[]} tokens
 */
function pick(view, country, tokens) {
  for (let start = 0; start < tokens.length; start += 1) {
    for (let end = tokens.length; end > start; end -= 1) {
      const window = tokens.slice(start, end);
      if (formatOf(country, joined(window))?.alone && BOTH.test(spelled(window))) return window;
    }
  }
  const more = MORE_OF_IT.test(view.slice(tokens.at(-1)?.end));
  return !more && ONE.test(spelled(tokens).replaceAll(" ", "")) ? tokens : [];
}

/**
 * Find what is a plate of the home country without a word that says so.
 *
 * @param {Where} where
 * @returns {Found[]}
 */
function onTheirOwn({ view, home }) {
  const tokens = tokensOf(view);
  const found = [];
  for (let at = 0; at < tokens.length; ) {
    let size = MOST_TOKENS;
    while (size && !stands(view, tokens, at, size, home)) size -= 1;
    const window = tokens.slice(at, at + size);
    if (size) found.push(foundIn(window, home, window[0].start));
    at += size || 1;
  }
  return found;
}

/**
 * Tell whether some words in a row are a plate and stand apart from what is around.
 *
 * @param {string} view
 * @param {Token[]} tokens
 * @param {number} at
 * @param {number} size
 * @param {string} home
 */
function stands(view, tokens, at, size, home) {
  const window = tokens.slice(at, at + size);
  const found = plainFormat(home, spelled(window));
  if (!found || window.length < size) return false;
  /** @param {number} place */
  const gap = (place) => view.slice(tokens[place - 1]?.end, tokens[place]?.start);
  /** @param {number} place @param {number} beside */
  const isApart = (place, beside) =>
    !tokens[beside] || APART.test(gap(place)) || ANOTHER.test(gap(place) + tokens[beside].text);
  if (!window.every(({ text }, place) => OF_PLATES.test(text) && (!place || JOIN.test(gap(at + place))))) {
    return false;
  }
  if (found.within && size === 1) return true;
  return ((found.within && size === 2) || isApart(at, at - 1)) && isApart(at + size, at + size);
}

/** @param {Token[]} tokens */
const joined = (tokens) => collapsed(spelled(tokens).replaceAll(" ", ""));

/** @param {Token[]} tokens */
const spelled = (tokens) => tokens.map(({ text }) => text).join(" ");
