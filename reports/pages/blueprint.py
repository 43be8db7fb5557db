"""The blueprint that every page of reports is on, and what a page answers with."""

from flask import Blueprint
from werkzeug.wrappers import Response

Page = str | tuple[str, int] | Response

pages = Blueprint("reports", __name__, template_folder="../templates")
