"""What is kept of each request so that others can be compared with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from minsheng.apps.people.models import Person


class Trace(models.Model):
    """One request as it is compared: when, where, which class, and the sketch of its words.

    `subject` is the number of the request. `kind` is its class, `middle` the one it lies in; both are
    a guess until `is_decided`. A request that was joined to another `leads` no longer, and isn't
    found. Personal data: `place` is where somebody says something is; `sketch` holds keyed numbers of
    their words, which can't be read without the key of this installation. Both go with the person.
    """

    subject = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    told = models.DateTimeField()
    kind = models.CharField(max_length=60, blank=True)
    middle = models.CharField(max_length=60, blank=True)
    is_decided = models.BooleanField(default=False)
    leads = models.BooleanField(default=True)
    cell = models.BigIntegerField(default=0)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    sketch = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(east__isnull=True, north__isnull=True)
                | models.Q(east__isnull=False, north__isnull=False),
                name="trace_place_is_whole",
            )
        ]
        indexes: ClassVar[list[Any]] = [
            # The newest are chosen from the index alone; only those are then read.
            *(
                models.Index(
                    fields=[*fields, "told", "id"], condition=models.Q(leads=True), name=name
                )
                for name, fields in (
                    ("traces_near", ["cell"]),
                    ("traces_near_of_a_class", ["cell", "middle"]),
                    ("traces_of_a_class", ["middle"]),
                )
            ),
            models.Index(fields=["is_decided", "told"], name="traces_decided"),
        ]

    def __str__(self) -> str:
        return self.subject
