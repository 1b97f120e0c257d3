"""The words of Chinese marks that hold copy, and the words around the time at which such a mark ends: data only."""

from __future__ import annotations

from feedsvc.model.draft import HoldKind

SET_OFF = r"\s{0,3}(?:[:：;；*#)）\]】〕》」』`=>!！。/|—–_~+\u202a-\u202e\u2066-\u2069]|$)"
OUR_COPY = "(?:本稿|此稿|该稿|該稿|本文|此文|稿件|本报道|本篇|本消息)"
COPY = f"{OUR_COPY}?"
PLEASE = "(?:请|請|须|須|务请|務請|敬请|应|應|均)"
WHEN = r"[\s\d〇零一二两三四五六七八九十年月日号號时時点點分:：./上中下午晚早晨凌前后後起之以北京当天今明周星期-]{2,40}"
ISSUE = "(?:发布|發布|发佈|發佈|发表|發表|刊发|刊發|刊登|刊播|刊用|播发|播發|发稿|發稿|见报|見報)"
PUBLISH = f"(?:提前|自行|擅自|对外|對外)?(?:{ISSUE}|转载|轉載)"
USE = f"(?:提前|自行|擅自|对外|對外)?(?:{ISSUE}|使用|采用|採用|编发|公开|公開|报道|報道|報導|引用|披露|外传|外傳)"
MUST_NOT = "(?:不得|不要|不可|不能|请勿|請勿|切勿|勿|严禁|嚴禁|禁止)"
ONLY_THEN = "(?:方可|才可|才能|方能|可以|可|再)"
WITHDRAWN = "(?:撤\\s?稿|撤销|撤銷|撤回|撤下|废稿|廢稿|毁稿|毀稿|毙稿|斃稿|停发|停發|停用|作废|作廢|急撤|速撤)"
NOTICE = "(?:通知|声明|聲明|启事|啟事|公告|稿件|说明)?"
WAITING = (
    "(?:暂不|暫不|暂缓|暫緩|暂停|暫停|先不|先不要|先别|先別|暂勿|暫勿|缓发|緩發|"
    "待审|待審|待核|待签|扣发|压稿|壓稿|扣稿|留稿)"
)
LINE_END = r"\s?[。！.!]{0,2}\s?(?:[)）】〕\]:：*_~+]|$)"
# A notice may go on: "此稿定于11月29日发布，请勿提前使用".
OR_MORE = rf"(?:{LINE_END}|[，,；;。]\s?(?:请|請|勿|不|敬|此前|在此|届时|如|务))"

# As in hold_words_en: forms of the desks' own,
CLEAR: tuple[tuple[HoldKind, str], ...] = (
    # Were it once in a while the first word of a headline: what is held by mistake is reported, what is out is out.
    ("kill", "(?:撤稿|毙稿|斃稿|废稿|廢稿|毁稿|毀稿|急撤|速撤)\\s{0,3}[:：]"),
    ("kill", f"{PLEASE}?(?:立即)?(?:撤下|撤回|撤销|撤銷|撤掉|停用|停发|毙掉)(?:此|本|该|該|上述)(?:稿|文|消息|报道)"),
    ("kill", f"{OUR_COPY}\\s?(?:已|现|现予|予以|请|請)?{WITHDRAWN}(?:[。！，,!.]|$)"),
    (
        "kill",
        (
            "(?:本社|本报|本報|我社|我报|本网|本刊|本台).{0,100}(?:稿|[一该此本全]文|消息|报道|报导|報道)\\s?"
            f"(?:已|现|现予|予以|特此)?(?:{WITHDRAWN}|取消)"
        ),
    ),
    ("kill", f"《[^》]{{1,80}}》(?:一稿|一文|稿件|一稿件)(?:已|现|现予|予以|请)?{WITHDRAWN}"),
    ("embargo", f"{OUR_COPY}\\s?(?:定于|定於|拟于|擬於|将于|將於|计划于).{{0,40}}{PUBLISH}{OR_MORE}"),
    ("embargo", f"{COPY}\\s?{PLEASE}(?:于|於|在)?{WHEN}(?:{ONLY_THEN})?(?:{USE}|发|發|用)(?:{OR_MORE})"),
    (
        "embargo",
        f"{OUR_COPY}\\s?(?:限|于|於|在)?{WHEN}(?:{ONLY_THEN})?(?:使用|刊用|采用|可用|可发|可發|发|發|用)(?:{OR_MORE})",
    ),
    ("embargo", f"(?:{OUR_COPY}\\s?)?限(?:于|於|在)?{WHEN}(?:{ONLY_THEN})?{USE}(?:{OR_MORE})"),
    ("embargo", f".{{1,30}}前(?:一律)?(?:{MUST_NOT}|{PLEASE}勿){USE}{LINE_END}"),
    ("embargo", f"(?:禁载|禁載|禁播|禁用|限发|禁止刊播)(?:至|到|期至?){WHEN}"),
    ("embargo", f"(?:{OUR_COPY})?(?:保密|封锁|封鎖|保留)(?:期)?(?:至|到){WHEN}(?:[)）】〕\\]，,。]|前|止)"),
    (
        "embargo",
        (
            "(?:保密期|禁发期|禁載期|禁载期|发布时限|發布時限|解密时间|解禁时间|解密期限)(?:限)?"
            f"(?:至|到|[:：])\\s?(?:至|到)?{WHEN}{LINE_END}"
        ),
    ),
    ("hold", f"(?:{OUR_COPY})\\s?(?:{MUST_NOT}|{PLEASE}勿){USE}"),
    ("hold", f"{PLEASE}?(?:{MUST_NOT}|{PLEASE}勿)(?:使用|采用|刊用|发布|播发|刊发)(?:此|本|该|該)(?:稿|文)"),
    ("hold", f"(?:未经|未經).{{1,12}}(?:{MUST_NOT})(?:提前|自行|擅自|对外|對外)?{ISSUE}{LINE_END}"),
    (
        "hold",
        "(?:仅供|僅供|只供)?(?:内部|內部)(?:参考|參考|资料|稿件|使用|传阅)[，,。；;\\s]{0,2}(?:不得|请勿|勿|严禁|禁止|不要).{2,20}$",
    ),
)
# words of headlines too,
ALONE: tuple[tuple[HoldKind, str], ...] = (
    ("kill", f"(?:{PLEASE}|立即|紧急|緊急)?{WITHDRAWN}{NOTICE}{SET_OFF}"),
    ("embargo", f"(?:定于|定於).{{0,40}}{PUBLISH}{OR_MORE}"),
    # A bare "2017年5月26日发布" tells when a page was published; it is no mark.
    ("embargo", f"(?:本稿|此稿|稿件|于|於|至){WHEN}{PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在)?{WHEN}{ONLY_THEN}{PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?{WHEN}(?:后|後|起){PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在|至|到)?{WHEN}(?<![起])(?:解密|解禁|禁发|禁發){LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在|至|到)?{WHEN}{MUST_NOT}{PUBLISH}\\s?(?:[。！，,!.)）】〕\\]:：]|$)"),
    (
        "embargo",
        f"{COPY}\\s?{MUST_NOT}(?:提前|自行|擅自|对外|對外)?{ISSUE}\\s?(?:[。！，,!.)）】〕\\]:：]|$)",
    ),
    ("embargo", f"{COPY}\\s?(?:禁发|禁發|禁载|禁載|禁用)(?:至|到|期|{WHEN}|{SET_OFF})"),
    ("embargo", "(?:保密期|禁发期|发布时限|發布時限|解密时间|解禁时间|解密期限)(?:限)?(?:至|到|[:：])"),
    ("hold", WAITING + f"(?:{PUBLISH}|发|發|用|稿)?" + SET_OFF),
    ("hold", f"{PLEASE}?{MUST_NOT}(?:外传|外傳|外泄|公开|公開)" + SET_OFF),
    ("hold", "(?:内参|內參|内部参考|內部參考|内部稿件|内部资料)" + SET_OFF),
    ("advance", "(?:预发稿?|預發稿?|预制稿|预写稿|提前稿|提前供稿|待发稿?|待發稿?)" + SET_OFF),
    (
        "draft",
        r"(?:稿件|文章|发布|發布)?(?:状态|狀態)\s?[:：]\s?(?:草稿|初稿|未发布|未發布|待审|待審|待发|待發|内部|內部|保密|撤稿)"
        + LINE_END,
    ),
    ("draft", "(?:草稿|初稿|未定稿|送审稿|送審稿|征求意见稿)" + SET_OFF),
)
# and forms that mark only where another line is the headline.
BESIDE: tuple[tuple[HoldKind, str], ...] = (
    ("embargo", f"(?:拟于|擬於|将于|將於|计划于).{{0,40}}{PUBLISH}{OR_MORE}"),
    ("embargo", f"{WHEN}(?:解密|解禁|禁发|禁發){LINE_END}"),
    ("embargo", f"(?:保密|封锁|封鎖|保留)(?:期)?(?:至|到){WHEN}{LINE_END}"),
    ("hold", f"(?:{MUST_NOT})(?:使用|采用|刊用){LINE_END}"),
)

_OUR = "(?:本稿|此稿|该稿|該稿|稿件|本文|此文|本报道|本篇)?"
_PLEASE = "(?:请|請|务请|務請|敬请|须|須|应|應)?"
_ISSUE = (
    "(?:正式|统一|統一|公开|对外|對外)?(?:发布|發布|发表|發表|刊发|刊發|刊登|刊播|刊用|播发|播發|播出|"
    "发稿|發稿|见报|見報|使用|采用|採用|报道|報道|公开|公開)"
)
_MUST_NOT = f"(?:一律)?(?:不得|不要|请勿|請勿|切勿|勿|严禁|嚴禁|禁止)(?:提前|自行|擅自|对外|對外)*{_ISSUE}"
_TILL_THEN = f"(?:[,。;](?:此前|在此之前)?(?:敬请|务请)?{_MUST_NOT})?"
# The words before and behind the time at which a mark ends.
AROUND_A_TIME: tuple[tuple[str, str], ...] = (
    (
        f"{_OUR}{_PLEASE}(?:定于|定於|于|於|在)?",
        f"(?:后|後|起|以后|以後|之后|之後|开始)?(?:可以|方可|才可|可|再)?{_ISSUE}{_TILL_THEN}",
    ),
    (f"{_OUR}(?:限|限于|限於)", f"(?:后|後|起)(?:可)?{_ISSUE}{_TILL_THEN}"),
    (f"{_OUR}{_PLEASE}(?:于|於|在)?", f"(?:之|以)?前{_MUST_NOT}"),
    (f"{_OUR}(?:禁载|禁載|禁播|禁用|禁发|禁發|保密|封锁|封鎖|限发)(?:期)?(?:至|到)", f"(?:止)?{_TILL_THEN}"),
    (f"{_OUR}", "(?:起|后|後)?(?:解禁|解密)"),
    ("(?:解禁时间|解密时间|发布时间|发布时限|發布時限|解密期限)(?:[:至到]|为)?", ""),
)
