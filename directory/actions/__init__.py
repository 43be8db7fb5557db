"""The verbs of the directory; other rooms import these and the model, nothing else."""

from directory.actions.calling import whom_to_call

__all__ = ["whom_to_call"]
