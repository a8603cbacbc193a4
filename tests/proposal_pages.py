"""Pages of an invented union's site, in several templates and with the traps of real ones."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.proposal.specimen import Specimen

SITE = "安澜市总工会"
PARAGRAPHS = (
    "本网讯 安澜市总工会近日启动“夏送清凉”行动，为坚守一线的职工送去防暑用品，检查高温津贴的发放。",
    "截至目前，全市各级工会共走访企业四百二十家，慰问职工三万余人，发放物资价值六百多万元。",
    "市总工会有关负责人表示，工会将把慰问延伸到快递员、网约车司机等新就业形态劳动者身边。",
    "活动期间，各区工会还组织医护人员走进工地，讲解中暑的急救办法，受到职工欢迎。",
)
OTHER_PARAGRAPHS = (
    "本网讯 第五届职工技能大赛日前在安澜开幕，来自十二个行业的六百名选手同场竞技。",
    "大赛设电工、焊工、护理等九个项目，前三名可以晋升职业技能等级，第一名授予“五一劳动奖章”。",
    "市总工会副主席在开幕式上说，希望广大职工以赛促学，走技能成才、技能报国之路。",
)
BULLETIN = ("昨日，临江区总工会慰问环卫职工。", "区总主席送去毛巾和茶叶。")
HEADLINES = (
    "安澜举办职工歌咏比赛",
    "工会驿站增至三百个",
    "劳模宣讲团走进校园",
    "集体协商要约季启动",
    "女职工关爱室挂牌",
    "困难职工帮扶标准提高",
    "职工书屋添新书",
    "法律援助进工地",
)
FOOTER = (
    '<div class="footer"><p>版权所有 安澜市总工会 未经授权不得转载</p>'
    "<p>地址：安澜市建设路8号 邮编：100000 电话：12351</p></div>"
)


def links(headlines: Sequence[str] = HEADLINES) -> str:
    """A list of links, as sidebars and related news have it."""
    rows = "".join(
        f'<li><a href="/n/{at}.html">{words}</a></li>' for at, words in enumerate(headlines)
    )
    return f"<ul>{rows}</ul>"


def paragraphs(texts: Sequence[str] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(title: str, main: str, *, side: str = "") -> str:
    """A page with the site's navigation, sidebar and footer around what it is about."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}-{SITE}</title></head><body>"
        f'<div class="nav">{links()}</div><div class="main">{main}</div>'
        f'<div class="side"><h3>推荐阅读</h3>{links()}{side}</div>{FOOTER}</body></html>'
    )


def modern(title: str = "夏送清凉走进工地", texts: Sequence[str] = PARAGRAPHS) -> str:
    """One box for the text, with tools, related links and an editor in it."""
    return page(
        title,
        f'<h1 class="headline">{title}</h1><p class="from">2024-07-12 来源：安澜工会网</p>'
        f'<div class="article-text">{paragraphs(texts)}'
        '<div class="share">分享到：<a href="#">微博</a><a href="#">微信</a></div>'
        f'<div class="related"><h4>相关新闻</h4>{links()}</div>'
        '<p class="duty">责任编辑：周喆</p></div>',
    )


def old(title: str = "职工技能大赛开幕", texts: Sequence[str] = OTHER_PARAGRAPHS) -> str:
    """Nested tables without id or class, the lines divided by ``<br>``."""
    return (
        f"<html><head><title>{title}-{SITE}</title></head><body>"
        f"<table><tr><td>{links()}</td></tr></table>"
        f'<table width="980"><tr><td><table><tr><td align="center"><b>{title}</b></td></tr>'
        "<tr><td>2009年5月4日 来源：本站</td></tr>"
        f"<tr><td><span>　　{'<br><br>　　'.join(texts)}</span></td></tr></table></td>"
        f"<td>{links()}</td></tr></table>{FOOTER}</body></html>"
    )


def with_lead(title: str = "一名焊工的三十年", texts: Sequence[str] = PARAGRAPHS) -> str:
    """The first paragraph in a box of its own, outside that of the others."""
    tools = "".join(f'<div class="tool{at}">{links()}</div>' for at in range(2))
    return page(
        title,
        f'<h1>{title}</h1><div class="top"><div class="summary"><p>{texts[0]}</p></div></div>'
        f'<p class="tools"><a href="#">打印</a></p><div class="rest">{paragraphs(texts[1:])}</div>'
        f"{tools}",
    )


def list_page(title: str = "工会要闻") -> str:
    return page(title, f'<div class="article-text">{links(HEADLINES * 3)}</div>')


def specimen(text: str, name: str = "a.html", url: str = "") -> Specimen:
    return Specimen(name=name, url=url, text=text)
