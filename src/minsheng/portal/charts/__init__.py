"""Drawings made on the server: dataclasses in, SVG out."""
