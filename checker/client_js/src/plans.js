/**
 * Numbering plans: what libphonenumber's metadata says about one country calling code.
 *
 * Follows checker/identifiers/plans.py, over the data that checker/identifiers/exporting.py makes.
 *
 * @module
 */

/**
 * What the data says of one region.
 *
 * @typedef {object} Described
 * @property {number} code country calling code
 * @property {number[]} lengths possible lengths
 * @property {number[]} [local] lengths that are possible within an area only
 * @property {number} mobile length of the shortest mobiles
 * @property {string} [shape] what all numbers look like
 * @property {string} [trunk] what may be dialled before a number inside the country
 * @property {string} [rule] what becomes of a number with that
 * @property {string} [abroad] what is dialled before a number elsewhere
 * @property {string} [leading] what numbers of the region begin with
 * @property {string} [premium] ranges that cost extra
 * @property {number[]} [premiumLengths]
 * @property {string} [known] all ranges
 * @property {[number[], string, string]} [short] short numbers: lengths, shape, ranges
 * @property {[string, string, string][]} [formats] groups of digits: pattern, beginning, groups
 */

/** @typedef {{version: string, codes: Record<string, string[]>, plans: Record<string, Described>}} Data */

/**
 * A region's plan, ready to ask.
 *
 * @typedef {object} Plan
 * @property {Described} is
 * @property {RegExp} shape
 * @property {RegExp | null} trunk
 * @property {RegExp | null} abroad
 * @property {RegExp} premium
 * @property {RegExp} known
 */

const NEVER = /(?!)/u;
const LONGEST_CODE = 3; // E.164: a country calling code has one to three digits

/** @param {string | undefined} pattern */
export const whole = (pattern) => (pattern ? new RegExp(`^(?:${pattern})$`) : NEVER);

/** @param {string | undefined} pattern */
const start = (pattern) => (pattern ? new RegExp(`^(?:${pattern})`) : null);

/** The plans of all countries, each compiled when it is first asked for. */
export class Plans {
  /** @type {Map<string, Plan>} */
  #compiled = new Map();
  /** @type {Map<number, {premium: RegExp, known: RegExp}>} */
  #shared = new Map();

  /** @param {Data} data */
  constructor(data) {
    this.data = data;
  }

  /**
   * Tell whether there is such a region (ISO 3166-1 alpha-2).
   *
   * @param {string} region
   */
  has(region) {
    return /^[A-Z]{2}$/.test(region) && Object.hasOwn(this.data.plans, region);
  }

  /**
   * Return the regions of a code, the main one first.
   *
   * @param {number} code
   */
  regionsOf(code) {
    return (this.data.codes[code] ?? []).map((region) => (region === "001" ? String(code) : region));
  }

  /**
   * Return the plan of a region, or of a code that is no country's.
   *
   * @param {string} name
   */
  of(name) {
    const ready = this.#compiled.get(name);
    if (ready) return ready;
    const is = /** @type {Described} */ (this.data.plans[name]);
    const plan = {
      is,
      shape: whole(is.shape),
      trunk: start(is.trunk),
      abroad: start(is.abroad),
      premium: whole(is.premium),
      known: whole(is.known),
    };
    this.#compiled.set(name, plan);
    return plan;
  }

  /**
   * Return the plan of the main region of a code.
   *
   * @param {number} code
   */
  main(code) {
    return this.of(String(this.regionsOf(code)[0]));
  }

  /**
   * Return the ranges of all regions of a code.
   *
   * @param {number} code
   */
  shared(code) {
    const ready = this.#shared.get(code);
    if (ready) return ready;
    const regions = this.regionsOf(code).map((region) => this.of(region).is);
    const both = {
      premium: whole(anyOf(regions.map((region) => region.premium))),
      known: whole(anyOf(regions.map((region) => region.known))),
    };
    this.#shared.set(code, both);
    return both;
  }

  /**
   * Tell whether a national significant number is possible: by its length from a mobile's on, by
   * its looks too where it is shorter.
   *
   * @param {number} code
   * @param {string} national
   */
  holds(code, national) {
    const plan = this.main(code);
    if (!plan.is.lengths.includes(national.length)) return false;
    return national.length >= plan.is.mobile || plan.shape.test(national);
  }

  /**
   * Return the country calling code that digits begin with, 0 if there is none.
   *
   * @param {string} digits
   */
  codeOf(digits) {
    for (let length = 1; length <= LONGEST_CODE; length += 1) {
      const head = digits.slice(0, length);
      if (Object.hasOwn(this.data.codes, head)) return Number(head);
    }
    return 0;
  }
}

/** @param {(string | undefined)[]} patterns */
function anyOf(patterns) {
  return patterns
    .filter(Boolean)
    .map((pattern) => `(?:${pattern})`)
    .join("|");
}
