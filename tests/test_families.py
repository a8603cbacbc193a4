"""Families of sites: what they read, how they are recognised, how a profile names them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from archive.capture import Capture
from crawler.family import families, family_called
from crawler.pages.markup import Markup
from crawler.pages.reading import Page, read_page
from crawler.profile import Profile, ProfileInvalid, load_profile
from crawler.proposal.kinship import in_family
from crawler.proposal.specimen import Specimen

TITLE = "河西工地夜校迎来三百名电焊工"
TEXT = "<p>清溪市总工会在河西工地开设夜校，三百多名电焊工报名学习新工艺。</p>" * 3
GOV = (
    f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2023-04-02 09:30">'
    '<meta name="ContentSource" content="清溪日报"><meta name="Author" content="林小满">'
    '<meta name="ColumnName" content="工会要闻">'
)
FACTS = (
    f"<!--enpproperty <founder-title>{TITLE}</founder-title><founder-subtitle>课后有汤面"
    "</founder-subtitle><founder-date>2023-04-02</founder-date>"
    "<founder-author>林小满</founder-author> /enpproperty-->"
)
PAGES: dict[str, tuple[str, str]] = {
    "trs": (
        "http://gh.example.cn/yw/202304/t20230402_17.shtml",
        f"<head>{GOV}</head><h1>清溪工会网</h1><h2>{TITLE}</h2>"
        f"<div class=TRS_Editor><div class=TRS_Editor>{TEXT}</div></div>",
    ),
    "jcms": (
        "http://gh.example.cn/art/2023/4/2/art_12_345.html",
        f"<head><meta name=Maketime content='2023-06-30'>{GOV}</head><p>{TITLE}</p>"
        f"<div id=zoom><!--<$[信息内容]>begin-->{TEXT}</div>",
    ),
    "vsb": (
        "http://gh.example.cn/info/1002/345.htm",
        f"<head><title>{TITLE}-工会要闻-清溪工会网</title></head>"
        f"<form name=_newscontent_fromname><h3>{TITLE}</h3><div>2023-04-02</div>"
        f"<div id=vsb_content_2><div class=v_news_content>{TEXT}</div></div></form>",
    ),
    "founder": (
        "http://bao.example.cn/content/2023-04/02/content_17.htm",
        f"<head><title>清溪日报</title></head>{FACTS}"
        f"<h1>{TITLE}</h1><founder-content>{TEXT}</founder-content>",
    ),
    "workercn": (
        "http://news.workercn.example/10930/202304/02/230402093000123.shtml",
        f"<h1 class=ctitle>{TITLE}</h1><div class=signdate><span>2023-04-02 09:30:00</span>"
        f"<span>清溪日报</span></div><div class=ccontent>{TEXT}</div>"
        "<div class=editor>责任编辑：周喆</div>",
    ),
    "workercn/auto": (
        "http://auto.workercn.example/10930/202304/02/230402093000123.shtml",
        f"<head><title>{TITLE}-汽车-中工网</title></head><div class='from mt10'><span "
        "class=font-black1-12>2023-04-02 09:30:00</span> <span class=font-black_12>来源：清溪日报"
        f"</span></div><div class=article>{TEXT}</div>",
    ),
    "workercn/cq": (
        "http://cq.workercn.example/10930/202304/02/230402093000123.shtml",
        f"<head><title>{TITLE}-要闻-中工网</title></head><p><span class=font-black1_12>2023-04-02"
        "</span><span class=font-black1_12>清溪日报</span></p><div class=detail_con>"
        f"<div class='font-black_16 hangao'>{TEXT}</div></div>",
    ),
    "workercn/xz": (
        "http://xz.workercn.example/10930/202304/02/230402093000123.shtml",
        "<div class=list_left><div><div><span><a>首页</a> &gt; <a>要闻</a></span></div></div>"
        f"<div><div><span>{TITLE}</span></div><div><span>2023-04-02</span><span>清溪日报</span></div>"
        f"<div>{TEXT}</div></div></div>",
    ),
    "people": (
        "http://gh.people.example/n1/2023/0402/c67502-32000000.html",
        "<head><meta name=publishdate content=2023-04-02><meta name=author content=104363></head>"
        f"<div class=rm_txt><h1>{TITLE}</h1><div class=channel><div class=col-1-1>2023年04月02日"
        f"08:18 | 来源：<a>清溪日报</a></div></div><div class=rm_txt_con>{TEXT}</div>"
        "<div class=edit>(责编：周喆、高岚)</div></div>",
    ),
    "people/people-2015": (
        "http://gh.people.example/n1/2018/0402/c67502-29000000.html",
        f"<div class=text_title><h3 class=pre>学手艺</h3><h1>{TITLE}</h1><h4 class=sub></h4>"
        "<div class=fl>2023年04月02日08:18 来源：<a>清溪日报</a></div></div>"
        f"<div class=box_con id=rwb_zw>{TEXT}</div><div class=edit>(责编：周喆)</div>",
    ),
    "people/people-2011": (
        "http://gh.people.example/GB/1002/3000.html",
        f"<h1 id=p_title>{TITLE}</h1><span id=p_publishtime>2023年04月02日08:18</span>"
        f"<span id=p_origin>来源：<a>清溪日报</a></span><div id=p_content>{TEXT}</div>",
    ),
}
WITHOUT_SOURCE = ("vsb", "founder")


def a_profile(**keys: Any) -> Profile:
    host = "gh.example.cn"
    given = {"key": "x", "name": "清溪工会网", "hosts": [host], "seeds": [f"http://{host}/"]}
    return Profile.model_validate({**given, "list_pages": [], "articles": ["/"], **keys})


def read(url: str, text: str, profile: Profile) -> Page:
    at = datetime(2023, 7, 1, tzinfo=UTC)
    capture = Capture(
        id="",
        url=url,
        captured_at=at,
        status=200,
        media_type="text/html",
        payload_digest="",
        warc_file="",
        warc_offset=0,
        run="",
    )
    return read_page(f"<html>{text}</html>", profile, capture)


@pytest.mark.parametrize("family", PAGES)
def test_a_layout_of_a_family_reads_the_family_s_pages(family: str) -> None:
    url, text = PAGES[family]
    own = {"date": "form > div:nth-of-type(1)"} if family == "vsb" else {}
    page = read(url, text, a_profile(layouts=[{"family": family, **own}]))
    assert page.title == TITLE
    assert page.published == date(2023, 4, 2)
    assert page.reprinted_from == (None if family in WITHOUT_SOURCE else "清溪日报")
    assert [len(section.paragraphs) for section in page.sections] == [3]


@pytest.mark.parametrize("family", PAGES)
def test_a_site_of_a_family_takes_its_addresses_and_the_layout_that_fits(family: str) -> None:
    url, text = PAGES[family]
    name, _, layout = family.partition("/")
    profile = Profile.model_validate(
        {
            "key": "x",
            "name": "清溪工会网",
            "hosts": ["gh.example.cn"],
            "seeds": ["http://gh.example.cn/"],
            "family": name,
        }
    )
    assert profile.is_article(url)
    assert not profile.is_article("http://gh.example.cn/")
    if name != "vsb":  # it names no place of the day
        assert read(url, text, profile).layout in (layout, name, "news", "people-2020")


@pytest.mark.parametrize("family", PAGES)
def test_every_page_shows_the_sign_of_its_family(family: str) -> None:
    url, text = PAGES[family]
    markup = Markup(text, url)
    shown = {each.name for each in families() if each.is_on(markup, text)}
    signless = {"workercn/auto", "workercn/xz"}
    assert (family.partition("/")[0] in shown) is (family not in signless)
    assert shown <= {family.partition("/")[0], "gov"}


def test_a_page_of_no_family_shows_no_sign() -> None:
    text = f"<h1>{TITLE}</h1><div class=text>{TEXT}</div>"
    assert not [each.name for each in families() if each.is_on(Markup(text, ""), text)]


def test_what_a_layout_says_itself_wins_over_its_family() -> None:
    profile = a_profile(layouts=[{"family": "trs", "name": "own", "title": "h2", "date": []}])
    layout = profile.layouts[0]
    assert (layout.name, layout.title, layout.date) == ("own", ("h2",), ())
    assert "div.TRS_Editor" in layout.body


def test_what_a_profile_says_itself_wins_over_its_family() -> None:
    profile = a_profile(family="trs")
    assert profile.articles == ("/",)
    assert [layout.name for layout in profile.layouts] == ["trs"]
    assert [pager.kind for pager in profile.pagers] == ["createPageHTML"]


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        ({"family": "tsr"}, "there is no family “tsr”. Known families: founder, gov, jcms, people"),
        ({"family": "people/2015"}, "the family “people” has no layout “2015”. Its layouts: "),
        ({"family": "gov"}, "this key is missing"),
    ],
)
def test_an_unknown_family_is_refused_with_the_known_ones(
    tmp_path: Path, layout: dict[str, str], words: str
) -> None:
    (tmp_path / "qx").mkdir()
    (tmp_path / "qx/profile.toml").write_text(
        'name = "清溪"\nhosts = "qx.cn"\nseeds = "http://qx.cn/"\nlist_pages = "/$"\n'
        f'articles = "html$"\n[[layouts]]\nfamily = "{layout["family"]}"\n',
        "utf-8",
    )
    with pytest.raises(ProfileInvalid) as raised:
        load_profile(tmp_path, "qx")
    assert words in raised.value.words()
    assert "layouts 1" in raised.value.words()


def test_a_family_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValidationError):
        a_profile(layouts=[{"family": 3, "name": "x", "title": "h1", "body": "p"}])


@pytest.mark.parametrize("family", [each.name for each in families()])
def test_every_family_says_what_was_verified(family: str) -> None:
    path = Path("crawler/families") / f"{family}.toml"
    text = (Path(__file__).parent.parent / path).read_text("utf-8")
    assert text.startswith("# ")
    assert "verified against a recorded page" in text or "Seen on recorded pages" in text
    assert family_called(family).layouts


def test_a_proposed_layout_that_a_family_reads_alike_is_written_as_the_family() -> None:
    url, text = PAGES["trs"]
    table = {"name": "qx-1", "title": ["h2"], "body": ["div.TRS_Editor"], "date": ["meta:PubDate"]}
    kin = in_family(table, [Specimen("a.html", url, text)])
    assert kin is not None
    assert kin[0] == {"family": "trs", "name": "qx-1"}


def test_only_what_differs_from_the_family_is_written() -> None:
    url, text = PAGES["trs"]
    text += "<div class=bj>责任编辑：周喆</div><i>来源：河西快报</i>"
    table = {
        "name": "qx-1",
        "title": ["h2"],
        "body": ["div.TRS_Editor"],
        "source": ["i"],
        "editor": ["div.bj"],
    }
    kin = in_family(table, [Specimen("a.html", url, text)])
    assert kin is not None
    assert kin[0] == {"family": "trs", "name": "qx-1", "source": ["i"], "editor": ["div.bj"]}


def test_a_layout_with_another_body_title_or_day_is_of_no_family() -> None:
    url, text = PAGES["people"]
    page = Specimen("a.html", url, f"<p class=d>2023-05-09</p>{text}")
    table = {"name": "x", "title": ["h1"], "body": ["div.rm_txt_con"], "date": ["p.d"]}
    assert in_family(table, [page]) is None
    assert in_family(table | {"date": ["div.col-1-1"]}, [page]) is not None
    assert in_family({**table, "date": ["div.col-1-1"], "body": ["div.rm_txt"]}, [page]) is None
