"""The blueprint that every page of members is on, and what a page answers with."""

from flask import Blueprint
from werkzeug.wrappers import Response

from members.addresses import as_people_write

Page = str | tuple[str, int] | Response

pages = Blueprint("members", __name__, template_folder="../templates")
pages.add_app_template_filter(as_people_write, "address")
