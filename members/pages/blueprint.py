"""The blueprint that every page of members is on, and what a page answers with."""

from flask import Blueprint
from werkzeug.wrappers import Response

Page = str | tuple[str, int] | Response

pages = Blueprint("members", __name__, template_folder="../templates")
