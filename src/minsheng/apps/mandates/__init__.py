"""Who may act for whom, in what, until when."""
