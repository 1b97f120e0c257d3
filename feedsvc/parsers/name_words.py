"""Hold the words by which names are told from other short lines: data only."""

from __future__ import annotations

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
