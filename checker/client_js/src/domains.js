/**
 * Domains of addresses: UTS #46, non-transitional, and IDNA 2008, as the server has them.
 *
 * The browser's own URL maps and encodes; what IDNA 2008 forbids beyond that (RFC 5892) is here,
 * over the Unicode properties that the browser knows.
 *
 * @module
 */
import { keepDirection } from "./bidi.js";

const LONGEST = 253; // octets, RFC 1035
const LONGEST_LABEL = 63;
const HOSTNAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const SIGNS = /^[a-zA-Z0-9\-.\u0080-\u{10ffff}]+$/u;
const RESERVED_HYPHENS = /(?:^|\.)(?!xn)[^.\n]{2}--/iu;
const SPECIAL_USE = /(?:^|\.)(?:arpa|invalid|local|localhost|onion)$/;
const WITH_A_DOT = /[\u2024-\u2026\u2488-\u249b\ufe52]/u; // compatibility forms that hold a dot
const UNSAFE = /[^\p{L}\p{N}\p{P}\p{S}\p{M}]|^\p{M}/u;

/**
 * Return a domain in A-labels and in U-labels; null if it is none.
 *
 * @param {string} domain
 * @returns {{ascii: string, shown: string} | null}
 */
export function domainOf(domain) {
  if ([...domain].length > LONGEST || !SIGNS.test(domain)) return null;
  if (UNSAFE.test(domain) || WITH_A_DOT.test(domain)) return null;
  const ascii = inAscii(domain);
  if (!ascii || !isHostname(ascii)) return null;
  const labels = [];
  for (const label of ascii.split(".")) {
    const shown = shownLabel(label);
    if (shown === null) return null;
    labels.push(shown);
  }
  return keepDirection(labels) ? { ascii, shown: labels.join(".") } : null;
}

/** @param {string} domain */
function inAscii(domain) {
  const lower = domain.toLowerCase();
  if (/^[\x00-\x7f]*$/.test(domain) && !lower.includes("xn--")) return lower;
  try {
    // A label after it keeps a domain that ends in digits from being read as an IPv4 address.
    return new URL(`https://${domain}.x`).hostname.slice(0, -2);
  } catch {
    return null;
  }
}

/** @param {string} ascii */
function isHostname(ascii) {
  if (!HOSTNAME.test(ascii) || RESERVED_HYPHENS.test(ascii)) return false;
  if (ascii.length > LONGEST || ascii.split(".").some((label) => label.length > LONGEST_LABEL)) return false;
  return (ascii.includes(".") || ascii === "test") && /[a-z]$/.test(ascii) && !SPECIAL_USE.test(ascii);
}

/**
 * Return a label as people read it; null if IDNA 2008 has no such label.
 *
 * @param {string} label
 */
function shownLabel(label) {
  if (!label.startsWith("xn--")) return label;
  const shown = fromPunycode(label.slice(4));
  if (!shown || shown !== shown.normalize("NFC")) return null;
  if (shown.slice(2, 4) === "--" || /^-|-$/.test(shown) || /^\p{M}/u.test(shown)) return null;
  const signs = [...shown];
  return signs.every((sign, at) => isAllowed(sign, at, signs)) ? shown : null;
}

// RFC 5892, 2.6: what the rules of properties would get wrong; the dotless i; Cherokee, folded to capitals.
const ALLOWED = /[\u00df\u0131\u03c2\u06fd\u06fe\u0f0b\u3007\u13a0-\u13f5]/u;
const DISALLOWED = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u13f8-\u13fd\uab70-\uabbf]/u;
const IN_CONTEXT = /[\u00b7\u0375\u05f3\u05f4\u30fb\u0660-\u0669\u06f0-\u06f9]/u;
const LETTER_OR_DIGIT = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u;
// The joiners are among these: the server takes no address with format characters.
const IGNORED = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}]/u;
// Combining marks for symbols, musical signs, and the conjoining letters of old Hangul.
const BLOCKS = /[\u20d0-\u20ff\u{1d100}-\u{1d24f}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;

/**
 * Tell whether a code point may be where it is in a label (RFC 5892, 3 and appendix A).
 *
 * @param {string} sign
 * @param {number} at
 * @param {string[]} signs
 */
function isAllowed(sign, at, signs) {
  if (/[a-z0-9-]/.test(sign) || ALLOWED.test(sign)) return true;
  if (IN_CONTEXT.test(sign)) return fitsContext(sign, at, signs);
  if (DISALLOWED.test(sign) || IGNORED.test(sign) || BLOCKS.test(sign)) return false;
  const folded = sign.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
  return folded === sign && LETTER_OR_DIGIT.test(sign);
}

/**
 * @param {string} sign
 * @param {number} at
 * @param {string[]} signs
 */
function fitsContext(sign, at, signs) {
  const before = signs[at - 1] ?? "";
  const after = signs[at + 1] ?? "";
  if (sign === "\u00b7") return before === "l" && after === "l";
  if (sign === "\u0375") return /\p{Script=Greek}/u.test(after);
  if (sign === "\u05f3" || sign === "\u05f4") return /\p{Script=Hebrew}/u.test(before);
  const label = signs.join("");
  if (sign === "\u30fb") return /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(label);
  return !(/[\u0660-\u0669]/u.test(label) && /[\u06f0-\u06f9]/u.test(label));
}

/**
 * Decode a label that the browser has accepted (RFC 3492).
 *
 * @param {string} label without xn--
 */
function fromPunycode(label) {
  const hyphen = label.lastIndexOf("-");
  const signs = hyphen > 0 ? [...label.slice(0, hyphen)] : [];
  let [code, bias, at, position] = [128, 72, 0, hyphen > 0 ? hyphen + 1 : 0];
  while (position < label.length) {
    const before = at;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = parseInt(label[position++] ?? "", 36);
      const value = digit < 10 ? digit + 26 : digit - 10;
      const threshold = Math.min(Math.max(k - bias, 1), 26);
      if (Number.isNaN(value)) return null;
      at += value * weight;
      if (value < threshold) break;
      weight *= 36 - threshold;
    }
    bias = adapted(at - before, signs.length + 1, before === 0);
    code += Math.floor(at / (signs.length + 1));
    at %= signs.length + 1;
    if (code > 0x10ffff) return null;
    signs.splice(at++, 0, String.fromCodePoint(code));
  }
  return signs.join("");
}

/**
 * @param {number} delta
 * @param {number} points
 * @param {boolean} first
 */
function adapted(delta, points, first) {
  let rest = first ? Math.floor(delta / 700) : Math.floor(delta / 2);
  rest += Math.floor(rest / points);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
