"""What a browser may do with a page: with ours, with ours around a captured one, with that one."""

from __future__ import annotations

OUR_PAGES = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
AROUND_CAPTURED_PAGES = f"{OUR_PAGES}; frame-src 'self'"
CAPTURED_PAGES = "; ".join(
    (
        "sandbox",
        "default-src 'self' data: blob:",
        "script-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "connect-src 'none'",
        "worker-src 'none'",
        "frame-ancestors 'self'",
        "style-src 'self' 'unsafe-inline' data: blob:",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data: blob:",
    )
)
"""As other archives replay: what a stranger wrote is seen, and can do nothing."""
