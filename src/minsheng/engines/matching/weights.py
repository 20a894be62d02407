"""The weights a district begins with, measured on invented requests (setting, mark L).

`minsheng bench appeals` prints them anew; a district can learn its own from what it has joined.
"""

from __future__ import annotations

from minsheng.engines.matching.linkage import Weights

MEASURED = Weights(
    prior=-9.1,
    bits={
        "text": {"0.00": -0.9, "0.06": 0.1, "0.15": 0.6, "0.30": 4.3, "0.45": 5.1},
        "kind": {"small": 5.2, "likely": 3.0, "middle": 0.7, "large": -0.1, "none": -1.3},
        "place": {"60": 0.4, "500": -3.0, "1500": -3.0},
        "time": {"24": 1.2, "72": 0.4, "168": -0.4, "336": -1.1, "long": -1.1},
        "details": {"same": 5.7, "silent": -0.3, "other": -6.5},
    },
)
