"""Points by rule packs: proposals, public lists, objections, the exchange shop, honours."""
