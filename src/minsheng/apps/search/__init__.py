"""One search over services, texts and the cases one may see."""
