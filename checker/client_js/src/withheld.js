/**
 * What telephones show when a caller hides their number, in the languages we met.
 *
 * Follows checker/identifiers/withheld.py.
 *
 * @module
 */
import { lettersOf } from "./spelling.js";

// Compared without spaces, signs, accents and capitals; on their own.
const ALONE = new Set(
  [
    "no caller id, caller id withheld, id withheld, no id, no number, withheld, unavailable",
    "withheld number, number withheld, private, private number, private caller, not available",
    "unknown, unknown number, unknown caller, blocked, blocked number, blocked caller",
    "anonymous, anonymous caller, anon, hidden, hidden number, restricted, restricted number",
    "number unavailable, undisclosed, out of area",
    "numéro privé, numéro masqué, masqué, appel masqué, privé, inconnu, numéro inconnu",
    "anonyme, número privado, privado, número oculto, oculto, desconocido, número desconocido",
    "anónimo, sin identificador, desconhecido, número desconhecido, anônimo, confidencial",
    "numero privato, privato, numero anonimo, anonimo, sconosciuto, numero sconosciuto",
    "unbekannt, unbekannte nummer, unterdrückt, nummer unterdrückt, anonym, anonymer anruf",
    "onbekend, onbekend nummer, anoniem, privénummer",
    "numer prywatny, prywatny, numer zastrzeżony, zastrzeżony, nieznany, numer nieznany",
    "număr privat, privat, număr ascuns, ascuns, necunoscut, număr necunoscut",
    "ismeretlen, privát szám, rejtett szám, titkos szám, skryté číslo, neznámé číslo",
    "неизвестный, неизвестный номер, скрытый номер, номер скрыт",
    "частен номер, скрит номер, непознат номер, прихований номер, невідомий номер",
    "gizli numara, özel numara, bilinmeyen numara, fshehur, numër privat",
    "未知, 未知号码, 未知來電, 隐藏号码, 私人号码, 无来电显示, 沒有來電顯示",
    "不明, 非通知設定, 非通知, ไม่แสดงหมายเลข, ไม่ทราบหมายเลข, เบอร์ส่วนตัว",
    "رقم خاص, رقم مجهول, غير معروف",
  ]
    .join(", ")
    .split(", ")
    .map(lettersOf),
);
// These say it within a sentence too.
const WITHIN = [
  "no caller id",
  "withheld",
  "private number",
  "hidden number",
  "unknown number",
  "blocked number",
  "anonymous caller",
  "unknown caller",
].map(lettersOf);

/**
 * Tell whether text without a number says that the number was hidden.
 *
 * @param {string} text
 */
export function saysWithheld(text) {
  const letters = lettersOf(text);
  return ALONE.has(letters) || WITHIN.some((phrase) => letters.includes(phrase));
}
