"""Filling the record: Scrapy collects pages, BeautifulSoup reads them. Both live only here."""
