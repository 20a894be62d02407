"""民生 Minsheng: open software that runs the public services of one Chinese district."""
