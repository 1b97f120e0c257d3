"""Hold the forms of Chinese hold marks: data only."""

from __future__ import annotations

from feedsvc.model.drafts import HoldKind

SET_OFF = r"\s{0,3}(?:[:：;；*#)）\]】〕》>!！。/|—–]|$)"
COPY = "(?:本稿|此稿|该稿|該稿|本文|稿件|本报道|本篇)?"
WHEN = r"[\s\d〇零一二两三四五六七八九十年月日号號时時点點分:：./上中下午晚早晨凌前后後起之以北京当天今明-]{2,40}"
PUBLISH = (
    "(?:提前|自行|擅自|对外|對外)?(?:发布|發布|发表|發表|刊发|刊發|刊登|刊播|播发|播發|发稿|發稿|见报|見報|转载|轉載)"
)
MUST_NOT = "(?:不得|不要|不可|请勿|請勿|切勿|严禁|嚴禁|禁止)"
ONLY_THEN = "(?:方可|才可|才能|方能|可以|可|再)"
WITHDRAWN = "(?:撤稿|撤销|撤銷|撤回|废稿|廢稿|毁稿|毀稿|停发|停發|作废|作廢)"
NOTICE = "(?:通知|声明|聲明|启事|啟事|公告|稿件|说明)?"
WAITING = "(?:暂不|暫不|暂缓|暫緩|暂停|暫停|先不|缓发|緩發|待审|待審|待核|待签|扣发)"
LINE_END = r"\s?[。！.]{0,2}\s?(?:[)）】〕\]:：]|$)"

FORMS: tuple[tuple[HoldKind, str], ...] = (
    ("kill", WITHDRAWN + NOTICE + SET_OFF),
    ("kill", f"{COPY}\\s?(?:已|现|现予|予以|请|請)?{WITHDRAWN}(?:[。！，,!.]|$)"),
    ("embargo", f"{COPY}\\s?(?:定于|定於|拟于|擬於|将于|將於|计划于).{{0,40}}{PUBLISH}{LINE_END}"),
    # A bare "2017年5月26日发布" tells when a page was published; it is no mark.
    ("embargo", f"(?:本稿|此稿|稿件|于|於|至){WHEN}{PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在)?{WHEN}{ONLY_THEN}{PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?{WHEN}(?:后|後|起){PUBLISH}{LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在|至|到)?{WHEN}(?:解密|解禁|禁发|禁發){LINE_END}"),
    ("embargo", f"{COPY}\\s?(?:于|於|在|至|到)?(?:{WHEN})?{MUST_NOT}{PUBLISH}\\s?(?:[。！，,!.)）】〕\\]:：]|$)"),
    ("embargo", f"{COPY}\\s?(?:禁发|禁發)(?:至|到|期|{WHEN}|{SET_OFF})"),
    ("embargo", "(?:保密期|禁发期|发布时限|發布時限|解密时间|解禁时间|解密期限)(?:限)?(?:至|到|[:：])"),
    ("hold", WAITING + f"(?:{PUBLISH}|发|發|稿)?" + SET_OFF),
    ("advance", "(?:预发稿?|預發稿?|预制稿|预写稿|提前稿|提前供稿|待发稿?|待發稿?)" + SET_OFF),
)
