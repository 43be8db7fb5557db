"""Which passphrases too many people use: told by rule, for no list is long enough or ours to copy.

Such a passphrase is at most two well-known words, and beside them nothing but runs along a keyboard
or alphabet, signs that repeat, short numbers such as years, and a letter at an end. Signs in the
place of letters do not help.
"""

from collections.abc import Collection, Iterator

# By sight of what lists of leaked passwords have in common; in our own choice and order.
WORDS = frozenset(
    """
    access account admin administrator adminadmin amanda america andrea andrew angel angels animal
    anthony apple april arsenal asdf ashley august austin autumn babygirl bailey banana baseball
    basketball batman beautiful beauty birthday blessed blue bond boomer boston brandon british
    brother buster butterfly camera carlos caroline celtic change changeme charles charlie cheese
    chelsea chester chicago chicken chocolate chris christian christmas christopher cinderella
    coffee college computer cookie correct cowboy crystal daddy dallas daniel darling david default
    december demo destiny diamond dolphin donald dragon eagle eagles edward elephant elizabeth
    email england england emma eminem everton facebook falcon family father february ferrari
    fishing flower flowers football forever freedom friday friend friends fuckme fuckoff fuckyou
    gabriel garden gemini george germany ginger google gorgeous grace guest guitar hammer hannah
    happy harley harry heaven hello hellokitty helloworld heather hockey holiday home horse
    hottie house hunter iloveme iloveyou iloveu inlove internet ireland isabella jackson january
    jasmine jason jennifer jessica jesus jesuschrist john jonathan jordan joseph joshua july june
    junior justin justinbieber killer kitten kitty knight ladybug lauren legend letmein liverpool
    lollipop london love lovely loveme lover loveyou lucky madison maggie manager manchester
    march marina marine martin master matrix matthew maverick mercedes merlin michael michelle
    mickey midnight minecraft mobile monday money monkey monster morgan mother motorola mountain
    muffin manunited music mustang mypass mypassword naruto natasha nathan naughty newcastle newyork
    nicholas nicole ninja nintendo nirvana november number october office olivia orange pa55word
    pakistan panther paradise pass passcode passphrase password passw0rd passwort patrick peanut
    people pepper phoenix playboy player please pokemon police poland porsche power precious
    prince princess private purple qwerty rabbit rachel raiders rainbow rangers rebecca redsox
    remember richard robert rocket root samantha samsung samuel sandra saturday school scotland
    scooter secret security september sexy shadow shannon shopping silver simple sister skype
    slipknot smile snoopy snowball soccer sophie spider spiderman spring stars startrek starwars
    stephen steven strawberry student summer sunday sunflower sunset sunshine superman superstar
    sweet sweetheart sweetie tamara taylor teacher temp temporary tennis teresa test testing
    thailand thomas thunder thursday tiger tigger tinkerbell today tottenham trustno trinity
    tuesday turtle twilight unicorn united user vanessa victor victoria vincent virginia wales
    wednesday welcome westham whatever william willow windows winner winter wizard wolves yamaha
    yankees yellow zxcvbn correcthorse horsebattery batterystaple correcthorsebatterystaple staple
    battery umbrella redumbrella brolly
    """.split()
)
RUNS = (
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "a1b2c3d4e5f6g7h8i9",
    "1a2b3c4d5e6f7g8h9i",
)
BOTH_WAYS = (*RUNS, *(run[::-1] for run in RUNS))
SIGNS: tuple[dict[int, int], ...] = (
    {},
    str.maketrans("@$€", "ase"),
    str.maketrans("@$€!|", "aseil"),
)
DIGITS = (str.maketrans("0134578", "oieastb"), str.maketrans("0134578", "oleastb"))
MOST_WORDS = 2
SHORTEST_RUN, SHORTEST_WORD, LONGEST_NUMBER = 3, 3, 4
LONGEST_PART = max(map(len, (*WORDS, *RUNS)))


def is_common(words: str, *, also: Collection[str] = ()) -> bool:
    """Whether a passphrase is such a one; `also` are words that are well known here."""
    known = WORDS | {_bare(each) for each in also}
    spelt = {_bare(words.casefold().translate(signs)) for signs in SIGNS}
    told = (each for each in spelt if len(each) * 2 > len(words))  # else signs are most of it
    return any(_is_made_of(each, known) for each in told)


def _is_made_of(bare: str, known: Collection[str]) -> bool:
    """Whether these signs are a few known words, and runs and short numbers beside them.

    At each place: with which words the signs before it can be made, the fewest.
    """
    if bare.isdecimal():
        return True
    spellings = (bare, *(bare.translate(digits) for digits in DIGITS))
    longest = max(LONGEST_PART, *map(len, known))
    made: list[frozenset[str] | None] = [frozenset(), *[None] * len(bare)]
    for start, end in _parts(len(bare), longest):
        before, there = made[start], made[end]
        if before is None:
            continue
        word = _word(spellings, start, end, known)
        at_an_end = end - start == 1 and (start == 0 or end == len(bare))
        if not (word or at_an_end or _is_filler(bare[start:end])):
            continue
        after = before | {word} - {""}
        if len(after) <= MOST_WORDS and (there is None or len(after) < len(there)):
            made[end] = after
    return bool(bare) and made[-1] is not None


def _parts(length: int, longest: int) -> Iterator[tuple[int, int]]:
    """Yield where each part of a text of this length begins and ends, the first ones first."""
    for start in range(length):
        for end in range(start + 1, min(start + longest, length) + 1):
            yield start, end


def _word(spellings: Collection[str], start: int, end: int, known: Collection[str]) -> str:
    """Return the known word that stands here in some spelling, or nothing."""
    found = (spelling[start:end] for spelling in spellings if spelling[start:end] in known)
    return next(found, "") if end - start >= SHORTEST_WORD else ""


def _is_filler(part: str) -> bool:
    """Whether a part is a short number, one sign again and again, or a run."""
    if part.isdecimal() and len(part) <= LONGEST_NUMBER:
        return True
    if len(part) < SHORTEST_RUN:
        return False
    return len(set(part)) == 1 or any(part in run for run in BOTH_WAYS)


def _bare(words: str) -> str:
    return "".join(character for character in words.casefold() if character.isalnum())
