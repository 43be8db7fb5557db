"""The picture from which an app reads a secret."""

import segno
from markupsafe import Markup

from members import factors


def picture_of(secret: str) -> Markup:
    """Return the QR code of a secret as SVG that stands in the page, dark on light in any theme."""
    code = segno.make(factors.address_of(secret), micro=False)
    drawn = code.svg_inline(scale=4, border=4, omitsize=True, light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704 - made of the secret's own squares, nothing that was typed
