"""The audit log beside its writing: its chain, its files, who else remembers its end, its check and its reading."""
