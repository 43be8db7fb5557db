"""Identifiers: what people paste, as phone numbers, email addresses, usernames and plates.

The rules in order, exactly; checker/client_js/src/normalise.js follows them in browsers, and both
are held to `tests/spellings.json`. "Possible" and "known" are libphonenumber's words: of a possible
length, in a range of its metadata.

1.  More than 1,000 characters: `too_long`. CR LF, CR, VT, FF, U+001C to U+001E, U+0085, U+2028
    and U+2029 end a line. Other controls and surrogates: `control_characters`. Category Cf, the
    default-ignorable code points and U+20E3 are dropped, the rest is put in NFKC. Nothing
    left: `empty`.
2.  Links (`links`): `tel:`, `sms:`, `mailto:` and the like are cut at the first ? & or ; and
    percent-decoded; wa.me, t.me/+, WhatsApp, Viber, Signal and Telegram links give their number
    with a plus; any other link is dropped.
3.  Addresses (`emails`): what stands around an @ between spaces, brackets, quotes, commas. No dot
    after the @: `email_without_domain`. The local part in NFKC and small letters: case has told no
    two mailboxes apart for decades, and a difference would hide a warning. A slash in it is taken
    for two entries. The domain by UTS #46 (non-transitional) as A-labels, so that both spellings
    of an internationalised domain collide. For providers in `TAGGED` + and what follows goes;
    Gmail loses dots and is called gmail.com. No other provider's dots or tags are touched:
    example.org may tell a+b@ from a@. A word that mixes alphabets, or is wholly Cyrillic drawn
    like Latin under a domain that is not Cyrillic: `look_alike`.
4.  The rest of the text keeps ASCII, letters, £ and €. Decimal digits of any script and the
    circled ❶ become ASCII digits (digits come in tens: the value is the distance from the zero of
    the block); 、 ، ؛ 。 become commas; marks (M*) go; all else becomes a space.
5.  An extension after a digit goes (ext, x, poste, #). In words made of digits and O, o, l, I (also
    Cyrillic and Greek) these are 0 and 1; if no number comes of it, words of O alone are zeros too.
6.  Dates, times, prices, 10pm and bullets ("1. " before 0 or +) go. Runs of digits follow: an
    optional plus, then digits joined by anything but letters, line ends and + , ; : | & = < > ? ! @
    % # " £ $ €. Runs of five digits or fewer count only where there is nothing else.
7.  A run is one number (rule 8); else several between slashes; else several in a row, each
    beginning with 0 or +, if there is exactly one way to cut it, after at most five stray digits.
    Where a run without plus or 0 is a number, but its end from a 0 on is one too, both are
    candidates.
8.  Digits with a plus are international; "+0" loses the plus, or else the zeros. "00" is read by
    the region's own rules and as a plus. A leading 0 is national, or else 011 is a plus. Other
    digits are read as national and as if the plus were missing. Two different readings are both
    candidates, unless just one of them is known and belongs to the home country: that is it.
9.  A reading is libphonenumber's parse, then: old Mexican (1, 01, 044, 045) and Brazilian (no
    ninth digit) spellings become the new ones; in a plan without trunk prefix, zeros before the
    number are dropped if only without them it is known (+351 (0)9...); again until nothing
    changes. It must be possible, and if shorter than the plan's mobiles, match its general
    pattern; no known range is asked of it.
10. Argentine numbers keep the 9 of mobiles: +54 9 11..., +54 11 15... and 011 15... collide; +54
    11... without either is the landline, for from abroad it reaches no mobile, and nothing tells
    from the digits that a mobile is meant.
11. Premium-rate: `premium`. A run that is no number says why, and nothing else is read: a number
    left out silently would be a missed warning. A reading of rules 2 to 11 always stands; what
    follows only adds to it, or stands where they find nothing. Then the names and plates are taken
    out and the rest is read once more: a slip in that is refused with the reason of the whole. Runs
    of five digits or fewer are no numbers beside a name or a plate with a letter.
12. Usernames (`usernames`, platforms.json), sought in the text of rule 1, made plain sign for sign
    as in rule 4. In order: a link to a profile on a known host, its path and query dropped, other
    links are passed over; anywhere, a platform's word with : or = or before an @name (then several,
    each with its @), an @name before the word, with "on", a bracket, a dash or nothing between, and
    u/name; on its own, between commas, brackets, line ends, a number, "and" and "or", `name on
    word`, `name (word)`, `word name`. "username", "is" and the like may follow the word; "only",
    "please" and the like after it are no names. Short words (x, sc, tt, aw, signal, threads) say
    it only beside a sign or after "on".
13. A name is in NFKC and small letters, its @ and a last full stop dropped: no platform here tells
    case apart. It has a letter, and what its platform allows, all in ASCII: else `look_alike` where
    alphabets are mixed or drawn alike, else `username`, but a link is a link like any other, and a
    name without a sign is a word. Facebook loses dots. The value is `platform:name`.
14. Two platforms beside one name are two identifiers. A bare @name, not beginning with a digit, is
    a choice among the platforms that may have it, asked only where there is no number or address:
    beside one it is passed over, as ever.
15. Plates (`plates`, plates.json), sought in what is left, but not in links or addresses. In order:
    values as they are stored; what follows a word (reg, plate, car, kenteken ...), perhaps with a
    country (PL plate, plate PL, plate (PL), plate PL:), else at home: the first words that are
    surely a plate there, else all that are joined by spaces, dots or hyphens, with a digit, two to
    eleven signs in all, no date, time or amount; then, without a word, the formats of the home
    country that are `alone`, written apart from all else, or `within` a sentence as one word, or as
    two at its end. What is only words there (on 12 Dec, M25 now) needs the word.
16. A plate is in capitals and digits, O and I as 0 and 1, for nobody can tell them apart on one,
    and umlauts as plain letters; shown in its format's groups, with letters where that has them.
    The value is `country:plate` (ISO 3166-1). Bare digits are a number where they read as one.
17. Identifiers come once each: numbers and addresses in order, then usernames, then plates.
"""

from checker.identifiers.reading import read as read
from checker.identifiers.showing import as_written as as_written
from checker.identifiers.showing import note_on as note_on
