"""Graphic violence in a sentence, by a list of words."""

def graphic(text: str) -> bool:
    """x"""
    return False
