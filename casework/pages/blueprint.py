"""The blueprint that every page of casework is on, and what a page answers with."""

from flask import Blueprint
from werkzeug.wrappers import Response

from members.guard import staff
from members.model import Role

Page = str | tuple[str, int] | Response

caseworkers = staff(Role.CASEWORKER, Role.LEAD)

pages = Blueprint("casework", __name__, template_folder="../templates")
