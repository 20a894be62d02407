"""The WSGI application. In production it refuses to start with anything of the demonstration."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from minsheng.cli.starting import refuse_unfit_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.config.settings")
application = get_wsgi_application()
refuse_unfit_start()
