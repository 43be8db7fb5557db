/**
 * Links and addresses with a scheme: what number or address they hold.
 *
 * Follows checker/identifiers/links.py.
 *
 * @module
 */
import { I, SPACE } from "./spelling.js";

// Anything with a scheme we meet, or with the host of a messenger, up to the next space.
const LINK = new RegExp(
  `(?:(?:https?|whatsapp|v${I}ber|tg|sgnl)://` +
    `|(?<dialled>tel|sms|smsto|mms|mmsto|callto|${I}message|facet${I}me|facet${I}me-aud${I}o|skype|ma${I}lto):/{0,2}` +
    `|(?<![\\p{L}\\p{N}_])(?:www\\.|wa\\.me/|t\\.me/|s${I}gnal\\.me/|(?:ap${I}|web|chat)\\.whatsapp\\.com/))` +
    `(?<rest>[^${SPACE}<>"]*)`,
  "giu",
);
// What these hold is always in international form, with its plus or without.
const INTERNATIONAL = new RegExp(
  "(?:wa\\.me/|t\\.me/(?=\\+)|#p/" +
    `|(?:whatsapp\\.com/send|whatsapp://send|v${I}ber://[\\p{L}\\p{N}_]+|tg://resolve)/?` +
    `\\?(?:[^${SPACE}]*&)?(?:phone|number)=)` +
    `[${SPACE}+(]*(?<number>\\p{Nd}[\\p{Nd}${SPACE}().-]*)`,
  "iu",
);

/**
 * Replace each link by the number or address in it; tell whether one held neither.
 *
 * @param {string} text cleaned
 * @returns {{opened: string, empty: boolean}}
 */
export function withLinksOpened(text) {
  let empty = false;
  const opened = text.replace(LINK, (link, ...rest) => {
    const found = openedLink(link, rest[rest.length - 1]);
    empty ||= !found;
    return found || " ";
  });
  return { opened, empty };
}

/**
 * @param {string} link
 * @param {{dialled?: string, rest: string}} parts
 */
function openedLink(link, { dialled, rest }) {
  if (dialled) return ` ${unquoted(rest.split(/[?&;]/u)[0] ?? "")}`;
  const held = INTERNATIONAL.exec(unquoted(link));
  return held ? ` +${held.groups?.number}` : "";
}

/**
 * Decode percents as UTF-8; what is not becomes U+FFFD.
 *
 * @param {string} text
 */
function unquoted(text) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return text.replace(/(?:%[0-9a-f]{2})+/giu, (run) =>
    decoder.decode(Uint8Array.from(run.slice(1).split("%"), (pair) => parseInt(pair, 16))),
  );
}
