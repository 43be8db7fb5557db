"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.opening import extend, lay_out, openings_of

__all__ = ["extend", "lay_out", "openings_of"]
