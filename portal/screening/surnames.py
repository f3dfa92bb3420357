"""Korean surnames and how their bearers write them in Latin letters and Hanja.

Romanisations are the usual spellings: the national system of 2000, McCune-Reischauer, and what passports show. Readings
of characters are facts of the language, put together for this project.
"""

from __future__ import annotations

# Surname, spellings, characters. Where the initial sound law (두음 법칙) makes two of one, the first stands for both.
_TABLE = """
김 kim gim ghim keem|金
이 리 lee yi i ri rhee yee li rhie lea leigh|李 異
박 park pak bak bahk pahk parc|朴
최 choi choe choy chey che|崔
정 jeong jung chung cheong joung jong chong jeoung juhng|鄭 丁 程
강 kang gang kahng|姜 康 强
조 cho jo joe jho|趙 曺 曹
윤 yoon yun youn yune|尹
장 jang chang zang jahng|張 章 蔣
임 림 lim im rim yim leem|林 任
한 han hahn|韓 漢
오 oh o oe|吳 吴
서 seo suh so sur sir|徐 西
신 shin sin synn|申 辛 愼
권 kwon gwon kweon kwun|權 权
황 hwang whang|黃 黄
안 ahn an|安
송 song|宋
전 jeon chun jun chon jeun chŏn|全 田 錢
홍 hong|洪
유 류 yoo yu ryu you lyu ryoo yew|柳 劉 兪 庾
고 ko go koh goh|高
문 moon mun|文
양 량 yang ryang lyang|梁 楊 樑
손 son sohn|孫
배 bae pae bai bay|裵 裴
백 baek paik back baik paek baeck|白
허 heo hur huh her hu|許
노 로 noh roh no ro nho|盧 魯
남 nam|南
심 shim sim|沈
하 ha hah|河
곽 kwak gwak kwag|郭
성 sung seong song soung|成
차 cha|車
주 joo ju chu choo|朱 周
우 woo wu u wooh|禹
구 koo gu ku goo|具 丘
라 나 na ra rha la nah|羅 罗
민 min|閔
진 jin chin jean|陳 秦 晉
지 ji chi jee gee|池 智
엄 eom um uhm ohm|嚴
원 won weon|元 袁
채 chae chai|蔡
천 cheon chun chon|千 天
방 bang pang|方 房
공 kong gong|孔
현 hyun hyeon hyon|玄
함 ham hahm|咸
변 byun byeon pyon pyun|卞 邊
염 렴 yeom youm yum yom|廉
여 려 yeo yuh yu|呂 余
추 choo chu|秋
도 do to doh toh|都
소 so soh|蘇
석 seok suk sok|石 昔
선 sun seon|宣
설 seol sul|薛 偰
마 ma mah|馬
길 gil kil|吉
연 yeon yun youn|延 燕
위 wi wie we|魏
표 pyo|表
명 myung myeong myong|明
기 ki gi kee|奇
반 ban pan|潘
왕 wang|王
금 keum geum kum|琴
옥 ok oak|玉
육 륙 yook yuk|陸
인 in ihn|印
맹 maeng|孟
제 je jae|諸
모 mo|牟
탁 tak|卓
국 kook guk kuk|鞠
은 eun en|殷
편 pyeon pyun|片
용 룡 yong|龍
예 ye|芮
봉 bong pong|奉
사 sa|史
부 boo bu|夫
가 ka ga|賈
복 bok pok|卜
태 tae|太
목 mok|睦
피 pi|皮
두 doo du|杜
감 kam gam|甘
형 hyung hyeong|邢
경 kyung kyeong|景
남궁 namgung namkung namkoong namgoong|南宮
황보 hwangbo whangbo|皇甫
제갈 jegal jaegal chegal|諸葛
사공 sagong sakong|司空
선우 seonu sunwoo seonwoo sonu|鮮于
서문 seomun suhmoon seomoon|西門
독고 dokgo dokko tokko|獨孤
동방 dongbang|東方
"""


def _read() -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, str]]:
    hangul: dict[str, str] = {}
    latin: dict[str, list[str]] = {}
    hanja: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        words, _, characters = line.partition("|")
        forms = [word for word in words.split() if "가" <= word[0] <= "힣"]
        for form in forms:
            hangul[form] = forms[0]
        for spelling in (word for word in words.split() if word not in forms):
            latin.setdefault(spelling, []).append(forms[0])
        for character in characters.split():
            hanja.setdefault(character, forms[0])
    return hangul, {spelling: tuple(found) for spelling, found in latin.items()}, hanja


HANGUL, LATIN, HANJA = _read()
"""Hangul form, Latin spelling (lower case) and Hanja, each to the surname that stands for it."""
