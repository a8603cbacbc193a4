"""What other programs harvest and discover: each module adds its addresses to one blueprint."""

from web.harvest import atom, oai, opensearch, signposting, sitemap
from web.harvest.blueprint import blueprint

__all__ = ["atom", "blueprint", "oai", "opensearch", "signposting", "sitemap"]
