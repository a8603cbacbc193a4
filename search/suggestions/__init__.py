"""What a reader may have meant, and what they may be about to type."""
