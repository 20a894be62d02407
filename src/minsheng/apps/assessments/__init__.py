"""能力评估: asked for, two assessors at home, settled together, signed; the level is a fact of policies."""
