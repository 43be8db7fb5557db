"""The pages of casework, on one blueprint; importing them puts the views on it."""

from casework.pages import case, consents, export_files, exporting, exports, ledger
from casework.pages.blueprint import pages

__all__ = ["case", "consents", "export_files", "exporting", "exports", "ledger", "pages"]
