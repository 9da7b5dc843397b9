"""x"""

EXPLANATIONS: dict[str, str] = {}
