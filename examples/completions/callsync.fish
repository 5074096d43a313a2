# Completions of callsync for fish, always those of the installed binary.
callsync completions fish | source
