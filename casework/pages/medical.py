"""The sheet for a clinic: chosen by anybody, shown in answer, printed; nothing of it is kept."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework import medical
from casework.medical import Part, Since, direction, sentences
from casework.pages.blueprint import pages
from members.guard import public
from members.typed import TypedForm

MINE, CLINIC = "my-language", "clinic-language"


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the sheet: how HTML writes it, its direction, its sentences."""

    code: str
    direction: str
    reviewed: bool

    def __getitem__(self, key: str) -> str:
        """Return a sentence."""
        return sentences(self.code)[key]


@pages.get("/help/medical")
@public
def medical_sheet() -> str:
    """Ask for the two languages, and what it is about."""
    spoken = get_locale()
    mine = _offered(str(spoken).replace("_", "-") if spoken else "")
    return _page(TypedForm(form=MultiDict({MINE: mine, CLINIC: medical.SOURCE})), made=False)


@pages.post("/help/medical")
@public
def make_medical_sheet() -> str:
    """Show the sheet: what was chosen stands in no address."""
    return _page(TypedForm(form=request.form), made=True)


def _page(typed: TypedForm, *, made: bool) -> str:
    mine, clinic = (_offered(typed.form.get(name, "")) for name in (MINE, CLINIC))
    since, parts = typed.one_of("since", Since), typed.some_of("parts", Part)
    return render_template(
        "casework/medical.html",
        made=made,
        tongues=[_tongue(code) for code in dict.fromkeys((mine, clinic))],
        sections=medical.sheet(parts, since),
        opening=medical.OPENING,
        since=since,
        mine=mine,
        clinic=clinic,
        chosen=parts,
        languages=[(code, sentences(code)["name"]) for code in medical.languages()],
        parts=_parts(),
        times=_times(),
    )


def _offered(code: str) -> str:
    """Return a language that there is a sheet in: this one, or its plain form, or the source."""
    there = medical.languages()
    plain = code.partition("-")[0]
    near = [each for each in there if plain and each.partition("-")[0] == plain]
    return code if code in there else next(iter(near), medical.SOURCE)


def _tongue(code: str) -> Tongue:
    return Tongue(code, direction(code), code in medical.REVIEWED)


def _parts() -> list[tuple[str, str]]:
    words = {
        Part.HIV: _("Protection from HIV (PEP)"),
        Part.PREGNANCY: _("Emergency contraception"),
        Part.INFECTIONS: _("Tests and vaccinations"),
        Part.EVIDENCE: _("Samples as evidence"),
        Part.INJURIES: _("Injuries, or somebody held my neck"),
        Part.MIND: _("How I am, and where I can go"),
    }
    return [(part.value, words[part]) for part in Part]


def _times() -> list[tuple[str, str]]:
    words = {
        Since.DAY: _("Less than 24 hours"),
        Since.THREE_DAYS: _("1 to 3 days"),
        Since.FIVE_DAYS: _("3 to 5 days"),
        Since.WEEK: _("5 to 7 days"),
        Since.LONGER: _("More than 7 days"),
    }
    return [(since.value, words[since]) for since in Since]
