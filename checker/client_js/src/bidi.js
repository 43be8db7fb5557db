/**
 * The Bidi Rule (RFC 5893): no domain is drawn as another one by letters that run the other way.
 *
 * For labels that IDNA 2008 allows; browsers differ in how much of it their URL looks at.
 *
 * @module
 */

// Blocks of Hebrew, Arabic and all the scripts beside them that run from right to left.
const BLOCKS =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const STRONG = /[\p{L}\p{N}\u05f3\u05f4\u06fd\u06fe]/u;
const EUROPEAN = /[0-9\u06f0-\u06f9]/u;
const ARABIC = /[\u0660-\u0669\u{10d30}-\u{10d39}]/u;
const MARKS = /\p{Mn}+$/u;
// Signs without a direction: the hyphen, three that need a context, and letters that mark a tone.
const NEUTRAL = /[\-\u00b7\u0375\u30fb\u02b9\u02ba\u02c6-\u02cf\u02ec\u2e2f\ua67f\ua717-\ua71f\ua788]/u;

/**
 * Tell whether labels may stand beside each other.
 *
 * @param {string[]} labels as people read them
 */
export function keepDirection(labels) {
  const any = labels.some((label) => [...label].some(runsLeft));
  return !any || labels.every((label) => (startsLeft(label) ? isLeft(label) : isRight(label)));
}

/** @param {string} sign */
const runsLeft = (sign) => BLOCKS.test(sign) && STRONG.test(sign) && !EUROPEAN.test(sign);

/** @param {string} label */
function startsLeft(label) {
  const first = [...label][0] ?? "";
  return runsLeft(first) && !ARABIC.test(first);
}

/** @param {string} label */
function isLeft(label) {
  if (EUROPEAN.test(label) && ARABIC.test(label)) return false;
  const signs = [...label];
  const fits = (/** @type {string} */ sign) =>
    runsLeft(sign) || EUROPEAN.test(sign) || NEUTRAL.test(sign) || /\p{Mn}/u.test(sign);
  return signs.every(fits) && endsWell(label);
}

/** @param {string} label */
function isRight(label) {
  const signs = [...label];
  const first = signs[0] ?? "";
  if (EUROPEAN.test(first) || NEUTRAL.test(first) || /\p{Mn}/u.test(first)) return false;
  return !signs.some(runsLeft) && endsWell(label);
}

/** @param {string} label */
const endsWell = (label) => !NEUTRAL.test([...label.replace(MARKS, "")].at(-1) ?? "-");
