"""Headers of every response: nothing inline, nothing from elsewhere, nothing kept."""

from flask import Flask, Response

OURS = ("script-src", "style-src", "img-src", "connect-src", "manifest-src", "form-action")
NOBODYS = ("default-src", "frame-ancestors", "base-uri")
POLICY = "; ".join([*(f"{what} 'none'" for what in NOBODYS), *(f"{what} 'self'" for what in OURS)])
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "no-referrer"),
    ("Server", "web"),  # or the server would name itself
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in FEATURES)),
)
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")  # two years


def add_headers(app: Flask, *, secure: bool) -> None:
    """Put the headers on every response of the app, error pages included."""
    headers = (*HEADERS, HTTPS_ONLY) if secure else HEADERS

    @app.after_request
    def _add(response: Response) -> Response:
        response.headers.extend(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
