"""The keys of addresses are those that other web archives make."""

from __future__ import annotations

import pytest
import surt
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.address_key import address_key

KNOWN = {
    "http://www.A.example/B/?y=2&x=1": "example,a)/b?x=1&y=2",
    "https://a.example:443/": "example,a)/",
    "http://a.example:8080/x/": "example,a:8080)/x",
    "http://127.0.0.1:8917/a": "1,0,0,127:8917)/a",
    "www2.gd.example/%E4%B8%AD/中.html?Q=%E4%B8%AD&x": (
        "example,gd)/%e4%b8%ad/%e4%b8%ad.html?q=%e4%b8%ad&x"
    ),
    "http://a.example": "example,a)/",
    "http://A.EXAMPLE./a//b/../c/./d": "example,a)/a/c/d",
    "http://name:word@a.example/a?#part": "example,a)/a",
    "http://工会.example/": "example,xn--6oq837a)/",
    "http://a.example/a b?c d": "example,a)/a%20b?c%20d",
    "http://a.example/(s(abcdefghijklmnopqrstuvwx))/y.aspx?z": "example,a)/y.aspx?z",
    "http://a.example/y?z=1&sid=0123456789abcdef0123456789abcdef": "example,a)/y?&z=1",
    "urn:text:one": "urn:text:one",
}


@pytest.mark.parametrize(("url", "key"), KNOWN.items())
def test_a_key_is_what_the_format_says(url: str, key: str) -> None:
    assert address_key(url) == key == surt.surt(url)


labels = st.sampled_from(["www", "www2", "wwww", "A", "b-c", "工会", "example", "gov", "cn"])
steps = st.sampled_from(
    [
        "",
        ".",
        "..",
        "A",
        "b.html",
        "t2023_1.html",
        "%E5%B7%A5",
        "会",
        "a%2525b",
        "x y",
        "~u",
        "a;b=1",
    ]
)
arguments = st.sampled_from(
    [
        "",
        "a",
        "A=1",
        "a=",
        "b=2",
        "=",
        "c=%E4",
        "d=a+b",
        "e=%26",
        "会=工",
        "from=timeline",
        "f=?/:@",
    ]
)


@given(
    scheme=st.sampled_from(["http://", "https://", "HTTP://", ""]),
    host=st.lists(labels, min_size=1, max_size=4),
    port=st.sampled_from(["", ":80", ":443", ":8080"]),
    path=st.lists(steps, max_size=5),
    query=st.lists(arguments, max_size=4),
    fragment=st.sampled_from(["", "#", "#part?x"]),
)
def test_a_key_is_that_of_the_reference(
    scheme: str, host: list[str], port: str, path: list[str], query: list[str], fragment: str
) -> None:
    assume(scheme or not port)  # a host before a port could be a scheme
    url = f"{scheme}{'.'.join(host)}{port}/{'/'.join(path)}"
    url += f"?{'&'.join(query)}" if query else ""
    assert address_key(url + fragment) == surt.surt(url + fragment)


@given(st.text(max_size=80))
def test_any_text_has_a_key(text: str) -> None:
    assert isinstance(address_key(text), str)
