"""States, levels and marks of contests in words."""

from __future__ import annotations

from minsheng.lib.texts import Text

ROUND_STATES = {
    "open": Text("收作品", "Entries open"),
    "judging": Text("盲评中", "Being judged"),
    "review": Text("等确认", "To be confirmed"),
    "public": Text("公示中", "Public, open to objections"),
    "done": Text("结束了", "Ended"),
}
WORK_STATES = {
    "draft": Text("还没交", "Not handed in"),
    "sent": Text("交了，等学校推荐", "Handed in, the school decides"),
    "recommended": Text("学校推荐了，等区里评", "Recommended, to be judged"),
    "chosen": Text("选上了", "Chosen"),
    "passed": Text("这次没选上", "Not chosen this time"),
    "removed": Text("公示后撤下了", "Taken out after an objection"),
}
SHEET_STATES = {
    "waiting": Text("等您评", "To be graded"),
    "scored": Text("评好了，还能改", "Graded, may be changed"),
    "conflict": Text("回避了", "Stepped back"),
    "replaced": Text("换人了", "Given to somebody else"),
}
CONFLICTS = {
    "relative": Text("是我的亲属", "A relative of mine"),
    "pupil": Text("是我带的徒弟", "I mentor them"),
    "taught": Text("我指导过这件作品", "I helped with this work"),
    "knows": Text("我看出是谁的了", "I can tell whose it is"),
    "other": Text("别的原因，不能公正地评", "Another reason why I can't be fair"),
}
AWARD_LEVELS = {
    "school": Text("校级", "School"),
    "district": Text("区级", "District"),
    "city": Text("市级", "City"),
    "national": Text("国家级", "National"),
}
MARKS = {
    "severe": Text("偏严", "Severe"),
    "lenient": Text("偏宽", "Lenient"),
    "noisy": Text("和别人对不上", "Doesn't fit the others"),
    "muted": Text("分数太集中", "Grades too alike"),
    "one_sided": Text("只给最低或最高分", "Only the lowest or the highest grade"),
}
METHODS = {
    "facets": Text(
        "多面 Rasch 模型：作品好坏和评委宽严分开算", "Many-facet Rasch: works and severity apart"
    ),
    "adjusted means": Text(
        "评的件数少，用去掉作品差别的平均分比较", "Few sheets: means adjusted for works"
    ),
    "plain means": Text(
        "评委没有共同评过的作品，比不出宽严", "Judges share no work: severity is unknown"
    ),
}
GROWTH_STATES = {
    "entered": Text("等学校核对", "To be checked"),
    "confirmed": Text("核对过", "Checked"),
    "refused": Text("没有通过", "Not accepted"),
    "contested": Text("您提出了，等答复", "You spoke up; an answer will come"),
}
SENDINGS = {
    "awaited": Text("等结果", "Awaited"),
    "won": Text("选上了", "Chosen"),
    "lost": Text("没选上", "Not chosen"),
}


PURPOSES = {
    "check": Text("核对这一条", "To check this line"),
    "doubt": Text("有人提出不对，核实", "Somebody says it is wrong: to find out"),
    "audit": Text("督导抽查", "A sample for supervision"),
}
"""Why somebody other than the teacher opens the evidence of a record."""
