"""Open311 GeoReport v2: requests made and followed by any client of that standard.

Source: GeoReport v2 (wiki.open311.org). A service is a category of a kind of request that residents
make; its code is the kind and the category, joined by a point.
"""
