"""Scrapy's spiders: there is one, and profiles drive it."""
