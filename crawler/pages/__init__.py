"""Reading one page by its site's profile, from bytes to the fields of an article."""
