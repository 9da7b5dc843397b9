"""What the verbs say in Danish, by the English ones in the code."""

SENTENCES: dict[str, str] = {}
