"""Files and licences, and the certificates made of them."""
