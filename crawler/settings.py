"""Scrapy's settings. What differs from site to site comes from the profiles."""

BOT_NAME = "jianbao"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# Politeness; profiles set delay and concurrency.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Jianbao"
AUTOTHROTTLE_ENABLED = True
COOKIES_ENABLED = False

# Hardening.
DOWNLOAD_HANDLERS = {"file": None, "data": None, "ftp": None, "s3": None}
TWISTED_DNS_RESOLVER = "crawler.middlewares.GuardedResolver"
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = False
URLLENGTH_LIMIT = 2083
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
DOWNLOAD_WARNSIZE = 0
# A body that was cut short is kept and marked, not thrown away.
DOWNLOAD_FAIL_ON_DATALOSS = False

# Every response reaches the spider, which says what became of its address.
HTTPERROR_ALLOW_ALL = True
RETRY_TIMES = 2
# warcio undoes these two everywhere.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "zh-CN,zh;q=0.9",
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsMiddleware": 100,
    # Below 900, nearest to the downloader: sees every hop as it came.
    "crawler.middlewares.WarcMiddleware": 980,
    "crawler.middlewares.AddressMiddleware": 990,
    "crawler.middlewares.SiteMiddleware": 991,
}
ITEM_PIPELINES = {"crawler.pipelines.FilingPipeline": 100}
# Scrapy starts so many tasks for each response: its own 100 cost half a millisecond a page.
CONCURRENT_ITEMS = 1
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "WARNING"
