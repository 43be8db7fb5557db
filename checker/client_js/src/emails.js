/**
 * Email addresses within text: one canonical form for each mailbox.
 *
 * Follows checker/identifiers/emails.py.
 *
 * @module
 */
import { domainOf } from "./domains.js";
import { NotAnIdentifier } from "./refusals.js";
import { sizeOf, SPACE } from "./spelling.js";

/** @typedef {{start: number, value: string}} FoundAddress where it begins in code points */

// What stands between two entries or around one: brackets, quotes and commas of several scripts.
const APART = `${SPACE},;<>()\\[\\]{}"\\|\u00ab\u00bb\u2018\u2019\u201c-\u201e\u3001\u060c\u061b`;
const ADDRESS = new RegExp(`(?<local>[^${APART}:@]*)@(?<domain>[^${APART}/?&:]*)`, "gu");
const SPACED = new RegExp(
  `(?<=[^${SPACE}@])[ \\t]*@[ \\t]+(?=[\\p{L}\\p{N}_\\-]+(?:\\.[\\p{L}\\p{N}_\\-]+)+)`,
  "gu",
);
const BEFORE = /^['`/]+/u;
const AFTER = /[.!'`*\u2026]+$/u;
// One mailbox under two names, its dots ignored.
const GMAIL = new Set(["gmail.com", "googlemail.com"]);
// Providers that document name+anything@ as the mailbox name@ (subaddresses, RFC 5233).
const TAGGED = new Set([
  ...GMAIL,
  "fastmail.com",
  "fastmail.fm",
  "hey.com",
  "hotmail.co.uk",
  "hotmail.com",
  "icloud.com",
  "live.co.uk",
  "live.com",
  "mac.com",
  "me.com",
  "msn.com",
  "outlook.com",
  "pm.me",
  "proton.me",
  "protonmail.ch",
  "protonmail.com",
]);
const ANONYMOUS = "anonymous.invalid"; // RFC 3323: the host of a caller who hides who they are
const ATOM = "[a-zA-Z0-9_!#$%&'*+\\-/=?^`{\\|}~\\u0080-\\u{10ffff}]+";
const LOCAL = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, "u");
const UNSAFE = /[^\p{L}\p{N}\p{P}\p{S}\p{M}]|^\p{M}/u;
const LONGEST = 254; // octets, RFC 5321
// Scripts with letters that look like each other's; nobody mixes them within a name.
const CYRILLIC = /[\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f]/u;
const ALPHABETS = [
  /[A-Za-z\u00c0-\u024f\u1e00-\u1eff]/u, // Latin
  /[\u0370-\u03ff\u1f00-\u1fff]/u, // Greek
  CYRILLIC,
  /[\u0530-\u058f]/u, // Armenian
  /[\u13a0-\u13ff\uab70-\uabbf]/u, // Cherokee
];
// Cyrillic letters drawn as Latin a e o p c y x i j s h d q w l
const LIKE_LATIN = /^[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04cf]+$/u;
const WORDS = /[\p{L}\p{Nl}\p{No}]+/gu;
const octets = new TextEncoder();

/**
 * Return the addresses in cleaned text, the text without them, and if it has a username.
 *
 * @param {string} typed
 * @returns {{addresses: FoundAddress[], rest: string, username: boolean}}
 */
export function findEmails(typed) {
  if (!typed.includes("@")) return { addresses: [], rest: typed, username: false };
  const text = typed.replace(SPACED, "@");
  /** @type {FoundAddress[]} */
  const addresses = [];
  let username = false;
  const rest = text.replace(ADDRESS, (match, before, after, index) => {
    const local = before.replace(BEFORE, "");
    const domain = after.replaceAll("\u3002", ".").replace(AFTER, "");
    if (local) addresses.push({ start: sizeOf(text.slice(0, index)), value: mailbox(local, domain) });
    else if (domain) username = true;
    return ",".repeat(sizeOf(match));
  });
  return { addresses, rest, username };
}

/**
 * Return the canonical address of a mailbox; throws NotAnIdentifier if there is none.
 *
 * @param {string} typed the local part
 * @param {string} domain
 */
function mailbox(typed, domain) {
  if (!domain.replace(/^\.+|\.+$/g, "").includes(".")) throw new NotAnIdentifier("email_without_domain");
  const local = typed.normalize("NFKC").toLowerCase().normalize("NFC");
  if (domain.toLowerCase() === ANONYMOUS) throw new NotAnIdentifier("withheld");
  const host = isLocal(local) ? domainOf(domain) : null;
  if (!host || isTooLong(local, [domain, host.shown, host.ascii])) throw new NotAnIdentifier("email_bad");
  if (looksLikeAnother(local, host.shown)) throw new NotAnIdentifier("look_alike");
  return withoutWhatIsIgnored(local, host.ascii);
}

/**
 * Tell of a local part that may be one; a slash is allowed, but pasted it parts two entries.
 *
 * @param {string} local
 */
const isLocal = (local) => !local.includes("/") && LOCAL.test(local) && !isUnsafe(local);

/** @param {string} local */
const isUnsafe = (local) => /[^\x00-\x7f]/.test(local) && UNSAFE.test(local);

/**
 * @param {string} local
 * @param {string[]} domains
 */
const isTooLong = (local, domains) =>
  domains.some((domain) => octets.encode(`${local}@${domain}`).length > LONGEST);

/**
 * Drop what the provider ignores.
 *
 * @param {string} typed
 * @param {string} typedHost
 */
function withoutWhatIsIgnored(typed, typedHost) {
  let [local, host] = [typed, typedHost];
  if (TAGGED.has(host)) local = local.split("+")[0] ?? "";
  if (GMAIL.has(host)) [local, host] = [local.replaceAll(".", ""), "gmail.com"];
  if (!local) throw new NotAnIdentifier("email_bad");
  return `${local}@${host}`;
}

/**
 * Tell of a word of mixed alphabets, or of Cyrillic that reads as Latin (after UTS #39).
 *
 * @param {string} local
 * @param {string} domain
 */
export function looksLikeAnother(local, domain) {
  const words = `${local}@${domain}`.match(WORDS) ?? [];
  const mixed = words.some((word) => ALPHABETS.filter((alphabet) => alphabet.test(word)).length > 1);
  const last = domain.slice(domain.lastIndexOf(".") + 1);
  return mixed || (!CYRILLIC.test(last) && words.some((word) => LIKE_LATIN.test(word)));
}
