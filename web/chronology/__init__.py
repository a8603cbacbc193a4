"""Chronologies (大事记): the reports of a search by year and day, to read and to hand on."""
