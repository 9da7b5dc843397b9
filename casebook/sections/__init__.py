"""The parts of a page: what an engagement has to say on one theme, for one reader.

Each function takes a `Reading` and gives a `Section`; one without blocks has nothing to say
and is left out. A notebook decides which sections stand where.
"""
