/**
 * Identifiers that were read, shown to a person; follows checker/identifiers/showing.py.
 *
 * @module
 */
import { Plans, whole } from "./plans.js";
import { plainFormat } from "./plates.js";
import { BY_SLUG } from "./platforms.js";
import { inGroups } from "./registrations.js";

/** @typedef {import("./normalise.js").Identifier} Identifier */

/**
 * Return an identifier as people read it: a number in groups, an address as it is, a name on its
 * platform, a plate as at home or with its country.
 *
 * @param {Identifier} identifier
 * @param {string} home
 * @param {Plans} plans
 */
export function asWritten({ kind, value }, home, plans) {
  const [before, after] = [value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1)];
  if (kind === "email") return value;
  if (kind === "username") return `${after} on ${BY_SLUG[before]?.label}`;
  if (kind === "vehicle") return platedAs(before, inGroups(before, after), home);
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
 * @param {string} country
 * @param {string} plate
 * @param {string} home
 */
const platedAs = (country, plate, home) =>
  country === home && plainFormat(country, plate.replaceAll("-", " ")) ? plate : `${country} plate: ${plate}`;

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
  if (kind !== "email") return "";
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
