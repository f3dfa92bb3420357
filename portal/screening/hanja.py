"""Hanja of Korean names and how they are read: the characters that given names use most, and surnames.

Readings are facts of the language, put together for this project. A character that is not here gives no reading; the
name is then compared by its other scripts.
"""

from __future__ import annotations

from portal.screening import surnames

_READINGS = """
가 佳嘉可家歌伽珂 각 覺珏 간 幹 강 江剛康强姜岡鋼 개 介 건 建健乾虔鍵 걸 杰傑 겸 謙兼
경 京敬慶景卿庚璟瓊耕炅鏡競 계 桂啓季溪 고 高古固 곤 坤昆琨 공 孔恭功 관 寬官觀冠 광 光廣珖 교 敎喬
구 九求久球龜玖 국 國菊 군 君軍 권 權勸 귀 貴 규 圭奎珪揆規葵 균 均鈞筠 극 克極 근 根槿瑾近勤 금 今錦琴金
기 基起琪璂氣奇己騎箕淇麒驥 길 吉 나 娜那 남 南男楠 낙 樂洛 녕 寧 다 多茶 단 丹端旦 달 達 담 潭 대 大代
덕 德悳 도 道度都導燾途 동 東童棟銅 두 斗 라 羅 란 蘭 래 來 려 麗 련 蓮連 렬 烈 령 玲鈴伶怜 례 禮 로 路 록 錄
룡 龍 루 樓 류 流 륜 倫 률 律 름 凜 리 利理里莉梨 린 麟潾璘 림 林琳 만 萬滿 명 明銘命 모 模慕 묵 默 무 武茂
문 文汶 미 美薇渼 민 民敏玟旻珉岷憫 박 博 반 磐 배 培 백 白伯 범 範凡汎 병 炳秉丙柄 보 寶甫輔普 복 福馥
봉 鳳奉 부 富 비 妃 빈 彬斌濱嬪 사 士思 산 山 삼 三 상 相尙祥商常想 서 瑞書舒序敍徐曙 석 石錫碩奭晳
선 善宣仙璿鮮瑄旋 설 雪 섭 燮 성 成聖星盛誠性晟城聲 세 世洗 소 小素昭炤 솔 率 송 松 수 秀洙守壽樹水修受琇銖
숙 淑肅叔 순 順淳純舜珣 승 承勝昇丞升 시 時施始詩 식 植湜軾 신 信新臣伸 실 實 심 心 아 雅兒娥亞芽 안 安 애 愛
양 洋陽 언 彦 업 業 연 姸延然娟緣燕淵衍蓮沿 열 悅 엽 燁葉曄 영 英永榮泳映瑛影營煐寧暎 예 藝叡睿禮 오 五 옥 玉
온 溫 완 完 용 龍容勇用鎔溶 우 宇佑雨友祐禹優 욱 旭煜昱郁 운 雲運 웅 雄 원 元源遠媛園原圓瑗 월 月 위 偉
유 有裕柔由惟維 윤 允潤胤倫鈗 율 律 은 恩銀殷垠隱 의 義儀宜 이 利伊怡 익 益翼 인 仁寅人麟 일 一日逸 자 子慈
장 章長 재 在載才財材宰栽 전 全 정 正廷貞靜定政情晶禎汀井庭禛楨珽晸 제 濟齊帝 조 朝祚 종 鍾宗種
주 周柱珠朱主宙洲 준 俊準濬峻埈浚駿儁 중 重中 지 智志知芝地枝址 진 眞鎭振珍進晋辰晉津秦 찬 燦讚贊瓚 창 昌暢蒼
채 彩采 천 天千 철 哲喆鐵澈徹 청 淸靑 초 初草 춘 春 충 忠 치 治致 태 泰太兌 택 澤 필 弼必 하 夏河霞荷 학 學鶴
한 漢翰韓 해 海 향 香 헌 憲獻 혁 赫革爀奕 현 賢炫玄顯鉉泫 형 亨衡炯瀅馨 혜 惠慧蕙 호 浩昊虎鎬湖皓好豪護
홍 弘鴻紅 화 花和華 환 煥桓歡環 회 會 효 孝曉 훈 勳勛薰訓壎 휘 輝徽暉 흥 興 희 姬熙喜希僖禧羲嬉
"""


def _read() -> dict[str, str]:
    words = _READINGS.split()
    return {
        character: reading
        for reading, characters in zip(words[::2], words[1::2], strict=True)
        for character in reversed(characters)
    }


_GIVEN = _read()


def reading(name: str) -> str:
    """A name in Hanja as it is read in Hangul; empty when one of its characters is not in the table."""
    surname = next((name[:size] for size in (2, 1) if name[:size] in surnames.HANJA), "")
    rest = [_GIVEN.get(character, "") for character in name[len(surname) :]]
    if not surname or not all(rest):
        return ""
    return surnames.HANJA[surname] + "".join(rest)
