"""Words that nothing else says: whatever has one of them in plain has kept what it must not."""

from tests import given

CANARIES = {
    "narrative": "The Zebrafinch locked the Door",
    "place": "Wombatville",
    "alias": "Axolotl Jim",
    "safe contact": "Ask for Capybara",
    "safe word": "narwhal",
    "username": "okapi_1987",
    "first contact": "pangolin.example.net",
    "reported phone": "+447700900611",
    "reported email": "quokka611@example.org",
    "line added later": "A Tapir as well",
    "caseworker's note": "Rang the Gharial back",
    "warning": "Claims to be a Numbat",
    "advice": "Mind the Dugong.",
    "member's name": "Ibex of Leith",
    "member's phone": "+447700900612",
    "member's email": "ibex612@example.org",
    "checked number": "+447700900613",
    "checked email": "saola613@example.org",
    "privately checked number": "+447700900615",
    "privately checked email": "serow615@example.org",
    "refused entry": "Mister Vicuna",
    "applicant's name": "Ocelot of Fife",
    "applicant's words": "My Kinkajou advert",
    "applicant's phone": "+447700900614",
    "name nobody has": "Fossa of Nowhere",
    "passphrase": given.PASSPHRASE,
    "applicant's passphrase": "a Lemur under the lamp",
    "wrong passphrase": "a Loris over the lamp",
}
