"""What is said of builds, pages, brands and references in Danish, by the English in the code."""

SENTENCES: dict[str, str] = {}
