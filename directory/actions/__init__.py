"""The verbs of the directory; other rooms import these and the model, nothing else."""
