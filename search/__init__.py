"""Finding: follows the article store and answers queries. jieba and Whoosh live only here."""
