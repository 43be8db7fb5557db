"""The blueprint that every page of messages is on, and what a page answers with."""

from flask import Blueprint
from werkzeug.wrappers import Response

Page = str | tuple[str, int] | Response

pages = Blueprint("messages", __name__, template_folder="../templates")
