"""Tell the names of people and of publishers from other short lines, and take lists of names apart.

It decides only about lines that stand between a headline and the story, where nearly everything is a name: what it does
not take for one is left to be a headline, a standfirst or copy.
"""

from __future__ import annotations

import re

from feedsvc.parsers.lines import NO_WORDS, tidy

# The family names of some 98 in 100 Chinese, in both forms of writing where they differ.
_SURNAMES = """
王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許邓鄧冯馮韩韓曹曾彭萧蕭肖蔡潘田董袁
于余叶葉蒋蔣杜苏蘇魏程吕呂丁沈任姚卢盧傅钟鐘姜崔谭譚廖范汪陆陸金石戴贾賈韦韋夏邱方侯邹鄒熊孟秦白江阎閻闫薛尹段雷黎
史龙龍陶贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戚莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳
翟殷詹申欧歐耿关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂成苗谷盛曲翁冉骆駱蓝藍路游辛靳管柴蒙鲍
鮑华華喻祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戈岑景党黨宫宮费費卜冷晏
席卫衛米柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺
"""
_DOUBLE_SURNAMES = """
欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 长孙
"""
# Words of which no name of a person consists, however it is capitalised.
_NO_NAME = """
a an and as at but by for from has have how in into is its not of off on or our out over that the their this to up
was we what when where who why will with your after amid against
"""
# Words by which organisations are called, people hardly.
_PUBLISHING = """
agency ap afp army association bbc broadcasting bulletin bureau business center centre channel chronicle cnn company
correspondent council courier daily department desk digest dispatch dpa editor editorial editors efe express forum
foundation gazette globe group herald independent institute international journal limited ltd magazine mail media
military ministry mirror monitor navy net network news newspaper newsroom newswire observer office online post press
publishing radio record report reporter reporters reuters review sentinel service services society staff standard
studio studios sun telegraph television times today tribune tv university upi website weekly wire writer writers
xinhua yonhap
"""
# What the names of Chinese organisations end in.
HAN_PUBLISHING = (
    "社|网|網|报|報|台|臺|通讯|通訊|在线|在線|新闻|新聞|电视|電視|广播|廣播|周刊|杂志|雜誌|编辑部|編輯部|频道|传媒"
)

SURNAMES = frozenset("".join(_SURNAMES.split()))
DOUBLE_SURNAMES = frozenset(_DOUBLE_SURNAMES.split())
NO_NAME = frozenset(_NO_NAME.split())
PUBLISHING = frozenset(_PUBLISHING.split())


HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HAN_NAME = re.compile(f"[{HAN}]{{2,4}}")
FOREIGN_HAN_NAME = re.compile(f"[{HAN}A-Z.]{{1,12}}(?:[·•‧・．][{HAN}A-Z.]{{1,12}}){{1,4}}")

CAPITAL = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u024f\u0386-\u042f"
SMALL = "a-zA-Z\u00c0-\u024f\u0386-\u04ff'’\u2010\u2011-"
WORD = f"[{CAPITAL}][{SMALL}]{{0,30}}\\.?"
PARTICLE = "(?:al|ap|bin|bint|da|de|del|della|den|der|di|dos|du|el|ibn|la|le|van|von|y|zu)"
LATIN_NAME = re.compile(f"(?:{PARTICLE} )?{WORD}(?: (?:{PARTICLE} ){{0,2}}{WORD}){{1,4}}")
SUFFIX = r"(?:Jr|Sr|II|III|IV|MD|M\.D|PhD|Ph\.D)\b"
BETWEEN_LATIN_NAMES = re.compile(
    rf"\s{{0,3}}[,;|/](?!\s{{0,3}}{SUFFIX})\s{{0,3}}(?:(?:and|&)\s{{1,3}})?|\s{{1,3}}(?:and|&|und|et|y)\s{{1,3}}",
    re.IGNORECASE,
)
BETWEEN_HAN_NAMES = re.compile(r"[、,，;；&＆/／|｜]|(?<=\S)\s?[和与與及]\s?(?=\S\S)")
HAN_PUBLISHER = re.compile(f"[{HAN}A-Za-z0-9·.]{{0,16}}(?:{HAN_PUBLISHING})")
LONGEST_HAN_PUBLISHER = 16 + max(map(len, HAN_PUBLISHING.split("|")))  # characters
LONGEST_PUBLISHER_WORDS = 10  # ministries have the longest names


def is_han_name(text: str) -> bool:
    """Return whether *text* is one person's name in Chinese characters: 张锴, "张 锴", 万吉鲁·姆巴蒂亚."""
    bare = bare_han(text)
    if FOREIGN_HAN_NAME.fullmatch(bare):
        return True
    if HAN_NAME.fullmatch(bare) is None or HAN_PUBLISHER.fullmatch(bare):
        return False
    if bare[:2] in DOUBLE_SURNAMES:
        return bare not in DOUBLE_SURNAMES
    return bare[0] in SURNAMES and (bare[3:] == "" or bare[1] in SURNAMES)  # 范徐丽泰: both families'


def is_latin_name(text: str) -> bool:
    """Return whether *text* looks like one person's name in letters: two to five capitalised words."""
    words = text.lower().split()
    return LATIN_NAME.fullmatch(text) is not None and not NO_NAME.intersection(words)


def is_publisher(text: str) -> bool:
    """Return whether *text* looks like the name of a paper, an agency, a broadcaster."""
    if len(text) <= LONGEST_HAN_PUBLISHER and not text.isascii() and HAN_PUBLISHER.fullmatch(text):
        return True
    words = text.split(None, LONGEST_PUBLISHER_WORDS)
    if not 0 < len(words) <= LONGEST_PUBLISHER_WORDS or text[-1:] in ".!?:":
        return False
    publishing = False
    for each in words:
        word = each.strip("'’.,").removesuffix("'s").removesuffix("’s")
        if word[:1].islower() and word not in NO_NAME:
            return False
        publishing = publishing or word.lower() in PUBLISHING
    return publishing


def bare_han(text: str) -> str:
    """Return a Chinese name without the blank that print puts into one of two characters."""
    return "".join(text.split())


def han_names(text: str) -> tuple[str, ...]:
    """Return the names in a Chinese list: "张锴、李 雷 万吉鲁·姆巴蒂亚" names three people."""
    names: list[str] = []
    for stretch in BETWEEN_HAN_NAMES.split(text):
        single = False
        for word in stretch.split():
            if single and len(word) == 1:
                names[-1] += word
            else:
                names.append(word)
            single = len(word) == 1 and not single
    bare = (name.strip(NO_WORDS + "：:（）()[]【】") for name in names)
    return tuple(name for name in bare if name)


def latin_names(text: str) -> tuple[str, ...]:
    """Return the names in an English list: "A, B and C" names three people, "Martin King, Jr." one."""
    names = map(tidy, BETWEEN_LATIN_NAMES.split(text))
    return tuple(name for name in names if name)
