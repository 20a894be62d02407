"""What scores tell: one firm's points with what would raise them, and the desk of officers."""

from minsheng.apps.scores.reads.desk import (
    ObjectionLine,
    WeightLine,
    desk,
    firms,
    may_keep,
    noted_facts,
    nothing_to_weigh,
)
from minsheng.apps.scores.reads.room import (
    Explained,
    Number,
    SnapshotLine,
    counted,
    explained,
    facts_of,
    numbers_of,
    own_explained,
    own_numbers,
    snapshots_of,
    weights_on,
)

__all__ = [
    "Explained",
    "Number",
    "ObjectionLine",
    "SnapshotLine",
    "WeightLine",
    "counted",
    "desk",
    "explained",
    "facts_of",
    "firms",
    "may_keep",
    "noted_facts",
    "nothing_to_weigh",
    "numbers_of",
    "own_explained",
    "own_numbers",
    "snapshots_of",
    "weights_on",
]
