"""`python -m minsheng` is the command `minsheng`."""

import sys

from minsheng.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
