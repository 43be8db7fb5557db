"""What the fields of a listing are called at the desk."""

from collections.abc import Mapping
from types import MappingProxyType

from directory.pages.words import N_

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "reference": N_("Reference"),
        "name": N_("Name"),
        "kinds": N_("What it does"),
        "summary": N_("In a sentence or two"),
        "phones": N_("Phone numbers"),
        "email": N_("Email"),
        "web": N_("Web page"),
        "hours": N_("Opening hours"),
        "time_zone": N_("Time zone"),
        "country": N_("Country"),
        "region": N_("Public holidays of"),
        "areas": N_("Areas"),
        "languages": N_("Languages"),
        "groups": N_("Whom it is for"),
        "cost": N_("What it costs"),
        "works_with": N_("Whom it works with"),
        "involvement": N_("How sex workers take part"),
        "priorities": N_("What matters to it"),
        "challenges": N_("What makes it hard"),
        "source": N_("Where this is from"),
        "verified_on": N_("Last looked at"),
    }
)
