"""The checker's pages: the check itself, and the interface that private checks speak to."""

from checker.pages.checking import ANSWER as ANSWER
from checker.pages.checking import SWAP as SWAP
from checker.pages.checking import pages as pages
from checker.pages.private import api as api
from checker.pages.watching import watches as watches
