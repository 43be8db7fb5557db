/**
 * Identifiers that were read, shown to a person; follows checker/identifiers/showing.py.
 *
 * @module
 */
import { Plans, whole } from "./plans.js";

/** @typedef {import("./normalise.js").Identifier} Identifier */

/**
 * Return an identifier as people read it: a number in groups, an address as it is.
 *
 * @param {Identifier} identifier
 * @param {Plans} plans
 */
export function asWritten({ kind, value }, plans) {
  if (kind !== "phone") return value;
  const { code, national } = parted(value, plans);
  const formats = plans.main(code).is.formats ?? [];
  const format = formats.find(
    ([pattern, start]) =>
      new RegExp(`^(?:${start})`).test(national) && whole(pattern).test(national),
  );
  if (!format) return `+${code} ${national}`;
  return `+${code} ${national.replace(whole(format[0]), format[2])}`;
}

/**
 * Return what is unusual about an identifier, or "".
 *
 * @param {Identifier} identifier
 * @param {Plans} plans
 * @returns {"" | "unknown_range" | "international_domain"}
 */
export function noteOn({ kind, value }, plans) {
  if (kind === "phone") {
    const { code, national } = parted(value, plans);
    return plans.shared(code).known.test(national) ? "" : "unknown_range";
  }
  const labels = value.slice(value.lastIndexOf("@") + 1).split(".");
  return labels.some((label) => label.startsWith("xn--")) ? "international_domain" : "";
}

/**
 * @param {string} value E.164
 * @param {Plans} plans
 */
function parted(value, plans) {
  const digits = value.slice(1);
  const code = plans.codeOf(digits);
  return { code, national: digits.slice(String(code).length) };
}
