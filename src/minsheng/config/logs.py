"""Lines of the log, with what belongs to persons, and what opens doors, taken out.

Nobody should write such things into a log; but a person types their number into an address, a
database tells in its message which row it refused, and a library logs more than one thought.
Names can't be told from other words: they are kept out by never being logged.
"""

from __future__ import annotations

import logging
import re

HIDDEN = "[…]"
_HIDE = re.compile(
    r"""
      (?<![\w]) \d{14,18} [\dXx] (?![\w])                 # citizen and bank card numbers
    | (?<!\d) 1[3-9]\d{9} (?!\d)                            # mobile telephones
    | (?<![\w-]) \d{4} (?:-[0-9A-HJKMNP-TV-Z]{4}){3} (?![\w-])   # certificates: who knows, may ask
    | \bms_[\w-]{16,}                                       # tokens
    | (?<=Bearer\ ) \S+
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                          # mail addresses
    | (?<=DETAIL:) .*                                       # PostgreSQL: the row it refused
    """,
    re.VERBOSE,
)


def hidden(text: str) -> str:
    """Return `text` without numbers of persons, tokens, addresses and rows of the database."""
    return _HIDE.sub(HIDDEN, text)


class PrivateFormatter(logging.Formatter):
    """One line for each message, whatever was put into it; then the traceback, if any."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line; a line break in a message would let it forge the next line."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        """Return line and traceback."""
        return hidden(super().format(record))
