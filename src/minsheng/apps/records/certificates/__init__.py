"""From the content of a certificate to a signed PDF. No table, no setting and no clock in here."""
