"""Registers the app with Django and offers the district's registers to the look-up port."""

from functools import partial

from django.apps import AppConfig

READ = ("hospital.birth_record", "population.person", "civil.marriage")
WRITTEN = ("population.household", "card.social")


class CasesConfig(AppConfig):
    """案卷."""

    name = "minsheng.apps.cases"
    label = "cases"
    verbose_name = "案卷"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer the registers."""
        from minsheng.apps.cases import lookups
        from minsheng.apps.cases.connect import registers

        for register in READ:
            lookups.offer_find(register, partial(registers.find, register))
        for register in WRITTEN:
            lookups.offer_write(register, partial(registers.write, register))
