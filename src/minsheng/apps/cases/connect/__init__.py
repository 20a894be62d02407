"""Outside registers, asked over HTTP."""
