"""SQL for analysts: a process of its own over a copy of the rows their account may see, and nothing else."""
