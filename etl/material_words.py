"""The words by which sources name the form and the medium of a record, and what they are here."""

from __future__ import annotations

FORMS = {
    "原件": "original",
    "正本": "original",
    **dict.fromkeys(("复印件", "复制件", "影印件", "副本", "扫描件"), "copy"),
    **dict.fromkeys(("电子证照", "电子证照件"), "e-licence"),
    **dict.fromkeys(("核验", "查验", "验原件", "核验原件"), "checked on sight"),
}
MEDIA = {
    **dict.fromkeys(("纸", "纸质", "纸本", "纸质档案"), "paper"),
    **dict.fromkeys(("电子", "电子文件", "电子档案", "数字"), "electronic"),
}
