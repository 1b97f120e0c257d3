"""Hold the words that label a header in wire copy: data only.

Each is the source of a regular expression, matched in any case; "|" and the end of a line part them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Field = Literal[
    "publisher",
    "editor",
    "author",
    "photographer",
    "translator",
    "date",
    "updated",
    "release",
    "hold",
    "category",
    "tags",
    "headline",
    "summary",
    "note",
]

_LINES: Mapping[Field, str] = {
    "publisher": """
        source|publisher|published by|agency
        来源|來源|稿源|文章来源|消息来源|信息来源|新闻来源|稿件来源|出处|出處|供稿|发布单位
    """,
    "editor": """
        (?:web |copy |chief |managing |duty |responsible |executive )?editors?|edited by|editing(?: by)?
        编辑|編輯|责任编辑|責任編輯|责编|責編|网络编辑|网编|本文编辑|本期编辑|值班编辑|编校|编审|主编|审核|审校|校对|监制|终审
    """,
    "author": """
        authors?|by|byline|written by|writing by|text(?: by)?|words by|story by|reporters?|reporting(?: by)?|reported by
        correspondents?|writers?
        作者|记者|記者|撰文|撰稿|文|文字|文稿|本报记者|特约记者|实习记者|通讯员|通訊員|采写|撰稿人|特约撰稿人
    """,
    "photographer": """
        photos?(?: by)?|photographers?|photographs?(?: by)?|pictures?(?: by)?|images?(?: by)?
        摄影|攝影|图|圖|图片|圖片|摄|供图|摄影记者|摄影师
    """,
    "translator": """
        translators?|translated by|translation(?: by)?
        翻译|翻譯|译者|譯者|编译|編譯|译
    """,
    "date": """
        time|date|pub(?:lication)? ?(?:date|time)|published(?: on| at)?|publish(?:ing)? (?:date|time)|posted(?: on)?
        时间|時間|日期|发布时间|發布時間|发布日期|發布日期|发表时间|發表時間|发表日期|发稿时间|发文时间|刊发时间|发布于|發布於
    """,
    "updated": """
        updated(?: on| at)?|last updated|last modified|modified|update time
        更新时间|更新時間|最后更新|修改时间|更新日期|更新于
    """,
    "release": """
        release|release (?:date|time)|released? (?:on|at)|not before
        解密时间|解禁时间|发布时限|公开时间|禁发至
    """,
    "hold": """
        embargo(?:ed)?(?: until)?|hold(?: until| for release)?
        保密期|保密期至
    """,
    "category": """
        category|categories|section|channel|column
        栏目|欄目|频道|頻道|分类|分類|版块|版面
    """,
    "tags": """
        tags?|key ?words?|topics?
        关键词|關鍵詞|关键字|标签|標籤
    """,
    "headline": """
        title|headline|english (?:title|headline)|chinese (?:title|headline)
        标题|標題|题目|題目|英文标题|中文标题|英文題目|中文題目
    """,
    "summary": """
        summary|abstract|standfirst
        摘要|导语|導語|内容提要|提要|内容摘要|核心提示
    """,
    "note": """
        字号|字體|点击|浏览|阅读量
        slug|location|place|words?|word count|attn|attention
        编号|稿号|字数|地点|地點
    """,
}
WORDS: Mapping[Field, str] = {
    field: "|".join(line.strip() for line in lines.strip().splitlines()) for field, lines in _LINES.items()
}
# Of these a mere blank may part the value: "Time 2017-05-26".
BEFORE_A_BLANK = "source|editor|author|time|date|updated|来源|编辑|责任编辑|作者|时间|日期|发布时间"
