"""The verbs of the command that show data: one file a verb, its function named like the file."""
