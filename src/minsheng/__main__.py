"""`python -m minsheng` is the command `minsheng`."""

from __future__ import annotations

import sys

from minsheng.cli.main import main
from minsheng.config.env import BadSetting


def run() -> int:
    """Run the command and return its exit status; a setting that can't be used gets a sentence."""
    try:
        return main()
    except BadSetting as error:
        sys.stderr.write(
            f"设置不对，没有启动：{error}\n"
            "试用请运行 python3 start.py，它会自己备好；正式环境要先设好每一项，"
            "见 docs/howto/run-in-production.md。\n"
            f"A setting is missing or wrong: {error}\n"
            "To try it out run python3 start.py (or set MINSHENG_MODE=demo); for production see "
            "docs/howto/run-in-production.md.\n"
        )
        return 2


if __name__ == "__main__":
    sys.exit(run())
