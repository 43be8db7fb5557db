/**
 * The private check of Brolly: the server evaluates what it cannot read.
 *
 * VOPRF of RFC 9497, mode 1, ristretto255-SHA512; the register's tag and key come from the
 * unblinded element (docs/private-check.md). Nothing here fetches: whoever calls does that, and
 * hands in what came. Whatever is not as it should be raises `Refused`: no path ends in "nothing
 * found" after something went wrong.
 *
 * @module
 */
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

const { Point } = ristretto255;
const { Fn } = Point;
const text = new TextEncoder();

const CONTEXT = "OPRFV1-\x01-ristretto255-SHA512";
const VERSION = text.encode("sv1");
const TAG = 16;
const NONCE = 12;
const PAYLOAD = 160;
const ENTRY = TAG + NONCE + PAYLOAD + 16;
const MOST = 20; // inputs in one round

const SEVERITIES = { d: "danger", r: "risk", n: "nuisance" };
const BANDS = { 1: "1", 2: "2 to 4", 5: "5 or more" };
const KINDS = {
  a: "rape_or_sexual_assault",
  c: "condom_removal",
  p: "physical_assault",
  r: "robbery_or_theft",
  n: "non_payment",
  t: "threats_or_verbal_abuse",
  s: "stalking_or_harassment",
  b: "blackmail_or_outing",
  h: "hate_incident",
  w: "no_show_or_time_wasting",
};

/**
 * What an evaluator is held to: its public key, and those of others who evaluate with it.
 *
 * @typedef {object} Pinned
 * @property {string} pk public key, base64url
 * @property {number} epoch
 * @property {number} bucket_bits
 * @property {number} entry octets of an entry
 * @property {number} pad entries of a bucket
 * @property {string[]} [others] public keys of further evaluators
 *
 * @typedef {object} Part
 * @property {string[]} evaluated elements, base64url
 * @property {string} proof base64url
 *
 * @typedef {Part & {epoch: number, others?: Part[]}} Reply
 *
 * @typedef {object} Secret
 * @property {bigint} blind
 * @property {Element} blinded
 *
 * @typedef {InstanceType<typeof Point>} Element
 *
 * @typedef {object} Derived where the entry lies (bucket, tag), what opens it (key), what watches for it
 * @property {Uint8Array} tag
 * @property {Uint8Array} key
 * @property {string} bucket
 * @property {string} watch base64url
 *
 * @typedef {object} Payload
 * @property {string} severity
 * @property {string[]} kinds
 * @property {string} month YYYY-MM, or ""
 * @property {string[]} regions
 * @property {string | null} band
 * @property {string} advice
 * @property {string[]} references
 * @property {boolean} more_regions
 * @property {boolean} more_references
 */

/** Something that must not be taken for an answer; `why` is for programs. */
export class Refused extends Error {
  /** @param {string} why */
  constructor(why) {
    super(`the private check was refused: ${why}`);
    this.why = why;
  }
}

/**
 * Hide inputs such as "sv1|tel|+447700900123"; the secrets stay here.
 *
 * @param {(string | Uint8Array)[]} inputs
 * @param {() => bigint} [random] for known vectors only
 * @returns {{ blinded: string[], secrets: Secret[] }}
 */
export function ask(inputs, random = randomScalar) {
  if (!inputs.length || inputs.length > MOST) throw new Refused("wrong_count");
  const secrets = inputs.map((input) => {
    const blind = random();
    const octets = typeof input === "string" ? text.encode(input) : input;
    const hashed = ristretto255_hasher.hashToCurve(octets, { DST: `HashToGroup-${CONTEXT}` });
    return { blind, blinded: hashed.multiply(blind) };
  });
  return { blinded: secrets.map(({ blinded }) => toBase64(blinded.toBytes())), secrets };
}

/** A scalar other than 0, with no bias worth the name: 512 random bits. */
function randomScalar() {
  const octets = crypto.getRandomValues(new Uint8Array(64));
  const scalar = Fn.create(octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n));
  if (!scalar) throw new Refused("no_randomness");
  return scalar;
}

/**
 * Hold a reply to the pinned keys and derive from it what each input is looked up by.
 *
 * @param {Secret[]} secrets
 * @param {Reply} reply
 * @param {Pinned} pinned
 * @returns {Promise<Derived[]>}
 */
export async function answered(secrets, reply, pinned) {
  const elements = unblinded(secrets, reply, pinned);
  return Promise.all(elements.map((each) => derive(each, pinned)));
}

/**
 * Return k * H(x) of each input: every evaluator's part, added.
 *
 * @param {Secret[]} secrets
 * @param {Reply} reply
 * @param {Pinned} pinned
 * @returns {Uint8Array[]}
 */
export function unblinded(secrets, reply, pinned) {
  if (!reply || typeof reply !== "object") throw new Refused("bad_reply");
  if (reply.epoch !== pinned.epoch) throw new Refused("other_epoch");
  const keys = [pinned.pk, ...(pinned.others ?? [])];
  const parts = [reply, ...(reply.others ?? [])];
  if (keys.length !== parts.length) throw new Refused("wrong_count");
  const shares = parts.map((part, at) => proved(secrets, part, keys[at]));
  return secrets.map((secret, at) => {
    const sum = shares.map((share) => share[at]).reduce((left, right) => left.add(right));
    if (sum.is0()) throw new Refused("not_an_element");
    return sum.multiply(Fn.inv(secret.blind)).toBytes();
  });
}

/**
 * One evaluator's elements, held to its public key by the proof (RFC 9497, section 2.2.2).
 *
 * @param {Secret[]} secrets
 * @param {Part} part
 * @param {string} pk
 */
function proved(secrets, part, pk) {
  const { evaluated, proof } = part;
  if (!Array.isArray(evaluated)) throw new Refused("bad_reply");
  if (evaluated.length !== secrets.length) throw new Refused("wrong_count");
  const key = element(pk, "wrong_key");
  const points = evaluated.map((each) => element(each, "not_an_element"));
  const octets = fromBase64(proof, "bad_proof");
  if (octets.length !== 64) throw new Refused("bad_proof");
  const challenge = scalar(octets.subarray(0, 32));
  const response = scalar(octets.subarray(32));
  const seed = sha512(join(key.toBytes(), text.encode(`Seed-${CONTEXT}`)));
  let inputs = Point.ZERO;
  let outputs = Point.ZERO;
  secrets.forEach(({ blinded }, at) => {
    const number = Uint8Array.of(at >> 8, at);
    const pair = join(blinded.toBytes(), points[at].toBytes());
    const weight = toScalar(join(seed), number, pair, text.encode("Composite"));
    inputs = inputs.add(blinded.multiplyUnsafe(weight));
    outputs = outputs.add(points[at].multiplyUnsafe(weight));
  });
  const first = both(Point.BASE, response, key, challenge);
  const second = both(inputs, response, outputs, challenge);
  const transcript = [key, inputs, outputs, first, second].map((each) => each.toBytes());
  const expected = toScalar(join(...transcript), text.encode("Challenge"));
  if (!Fn.eql(expected, challenge)) throw new Refused("bad_proof");
  return points;
}

/**
 * @param {Element} left
 * @param {bigint} times
 * @param {Element} right
 * @param {bigint} timesRight
 */
function both(left, times, right, timesRight) {
  return left.multiplyUnsafe(times).add(right.multiplyUnsafe(timesRight));
}

/** @param {Uint8Array} octets */
function scalar(octets) {
  try {
    return Fn.fromBytes(octets);
  } catch {
    throw new Refused("bad_proof");
  }
}

/** @param {Uint8Array[]} parts */
function toScalar(...parts) {
  return ristretto255_hasher.hashToScalar(together(parts), { DST: `HashToScalar-${CONTEXT}` });
}

/**
 * Each part behind its length in two octets.
 *
 * @param {Uint8Array[]} parts
 */
function join(...parts) {
  return together(parts.flatMap((each) => [Uint8Array.of(each.length >> 8, each.length), each]));
}

/** @param {Uint8Array[]} parts */
function together(parts) {
  return Uint8Array.from(parts.flatMap((each) => [...each]));
}

/**
 * @param {string} coded
 * @param {string} why
 * @returns {Element}
 */
function element(coded, why) {
  const octets = fromBase64(coded, why);
  let point;
  try {
    point = Point.fromBytes(octets);
  } catch {
    throw new Refused(why);
  }
  if (point.is0()) throw new Refused(why);
  return point;
}

/**
 * @param {Uint8Array} unblindedElement
 * @param {Pinned} pinned
 * @returns {Promise<Derived>}
 */
async function derive(unblindedElement, { epoch, bucket_bits: bits }) {
  const [tag, key, watch] = await Promise.all([
    expand(unblindedElement, `tag|${epoch}`, TAG),
    expand(unblindedElement, `payload|${epoch}`, 32),
    expand(unblindedElement, `watch|${epoch}`, 32),
  ]);
  return { tag, key, bucket: bucketOf(tag, bits), watch: toBase64(watch) };
}

/**
 * The top bits of a tag as an integer, in lower-case hex without leading zeros.
 *
 * @param {Uint8Array} tag
 * @param {number} bits 0 to 32
 */
function bucketOf(tag, bits) {
  const first = new DataView(tag.buffer, tag.byteOffset).getUint32(0);
  return (bits ? first >>> (32 - bits) : 0).toString(16);
}

/**
 * Return what a bucket holds for one input, or null if it holds nothing.
 *
 * @param {Uint8Array} bucket
 * @param {Derived} derived
 * @param {Pinned} pinned
 * @returns {Promise<Payload | null>}
 */
export async function open(bucket, { tag, key }, pinned) {
  if (pinned.entry !== ENTRY || bucket.length !== pinned.pad * ENTRY || !bucket.length) {
    throw new Refused("truncated_bucket");
  }
  let at = -1;
  for (let start = 0; start < bucket.length; start += ENTRY) {
    if (tag.every((octet, index) => bucket[start + index] === octet)) at = start;
  }
  if (at < 0) return null;
  const entry = bucket.subarray(at, at + ENTRY);
  return unpack(await decrypt(entry, tag, key));
}

/**
 * @param {Uint8Array} entry
 * @param {Uint8Array} tag
 * @param {Uint8Array} key
 */
async function decrypt(entry, tag, key) {
  const additionalData = Uint8Array.of(...VERSION, ...tag);
  const iv = entry.slice(TAG, TAG + NONCE);
  const { subtle } = globalThis.crypto;
  try {
    const aes = await subtle.importKey("raw", key.slice(), "AES-GCM", false, ["decrypt"]);
    const body = entry.slice(TAG + NONCE);
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv, additionalData }, aes, body));
  } catch {
    throw new Refused("damaged_entry");
  }
}

/**
 * @param {Uint8Array} octets
 * @returns {Payload}
 */
function unpack(octets) {
  const end = 2 + octets[0] * 256 + octets[1];
  if (end > PAYLOAD || octets.subarray(end).some(Boolean)) throw new Refused("damaged_entry");
  let said;
  try {
    said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets.subarray(2, end)));
  } catch {
    throw new Refused("damaged_entry");
  }
  return {
    severity: known(SEVERITIES, said.s),
    kinds: [...(said.k ?? "")].map((code) => known(KINDS, code)),
    month: said.m ?? "",
    regions: said.r ?? [],
    band: said.b === undefined ? null : known(BANDS, said.b),
    advice: said.a ?? "",
    references: said.w ?? [],
    more_regions: Boolean(said.x & 1),
    more_references: Boolean(said.x & 2),
  };
}

/**
 * @param {Record<string, string>} names
 * @param {string | number} code
 */
function known(names, code) {
  if (!Object.hasOwn(names, code)) throw new Refused("damaged_entry");
  return names[code];
}

/**
 * HKDF of RFC 5869 with SHA-512 and the version as salt.
 *
 * @param {Uint8Array} secret
 * @param {string} info
 * @param {number} octets
 */
async function expand(secret, info, octets) {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey("raw", secret.slice(), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-512", salt: VERSION, info: text.encode(info) };
  return new Uint8Array(await subtle.deriveBits(how, key, 8 * octets));
}

/** @param {Uint8Array} octets */
export function toBase64(octets) {
  return btoa(String.fromCharCode(...octets)).replace(/[+/=]/g, (sign) =>
    sign === "+" ? "-" : sign === "/" ? "_" : "",
  );
}

/**
 * @param {string} coded base64url without padding
 * @param {string} why
 */
export function fromBase64(coded, why) {
  if (typeof coded !== "string" || !/^[\w-]*$/.test(coded)) throw new Refused(why);
  try {
    const octets = atob(coded.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(octets, (sign) => sign.charCodeAt(0));
  } catch {
    throw new Refused(why);
  }
}
