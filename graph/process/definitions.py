"""What each figure of processes means, in Chinese and English; every answer carries those of its figures."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from graph.texts import Texts


class Definition(BaseModel):
    """What a figure is called, what it is, and its unit (s, cases, events, share: 0 to 1)."""

    title: Texts
    text: Texts
    unit: str


def _of(unit: str, title: tuple[str, str], text: tuple[str, str]) -> Definition:
    return Definition(title=Texts(zh=title[0], en=title[1]), text=Texts(zh=text[0], en=text[1]), unit=unit)


DEFINITIONS: dict[str, Definition] = {
    "cases": _of(
        "cases",
        ("办件数", "Cases"),
        (
            "符合筛选条件的办件；含已删除内容事件的办件一律不计。",
            "Cases that the filter describes; those of which an event is erased are not counted anywhere.",
        ),
    ),
    "closed": _of(
        "cases",
        ("已办结", "Closed"),
        ("最后一个有环节的事件为办结的办件。", "Cases whose last event with a stage is a completion."),
    ),
    "open": _of(
        "cases",
        ("在办（积压）", "Open (backlog)"),
        (
            "有环节但尚未办结的办件，截至其来源系统的最后时刻。",
            "Cases with stages that are not completed, as of the last instant of their system.",
        ),
    ),
    "assumed": _of(
        "cases",
        ("推定已结束", "Taken as ended"),
        (
            "没有任何事件注明环节的办件，是否办结无从得知；以最后一个事件为结束。",
            "Cases of which no event names a stage, so that nobody knows whether they ended; their last event is "
            "taken for the end.",
        ),
    ),
    "left_out": _of(
        "cases",
        ("无法计时", "Not measurable"),
        (
            "缺少开始或结束时刻，或结束早于开始的办件；不计入办理时长、进出量与积压。",
            "Cases without an instant of opening or end, or that end before they open; not in cycle times, "
            "throughput and backlog.",
        ),
    ),
    "cycle_median": _of(
        "s",
        ("办理时长中位数", "Cycle time, median"),
        (
            "从受理（或首个事件）到办结，Kaplan-Meier 估计：在办件按截至其来源系统最后时刻的已知时长删失。为最短的、"
            "至少一半办件已结束的时长；不足一半结束时为空。",
            "From acceptance (or the first event) to completion, by the estimator of Kaplan and Meier: open cases "
            "count as running until the last instant of their system (censored). The shortest time by which at "
            "least half of the cases have ended; null where fewer ever did.",
        ),
    ),
    "cycle_p90": _of(
        "s",
        ("办理时长九成分位", "Cycle time, p90"),
        (
            "同上，至少九成办件已结束的最短时长；不足九成时为空。",
            "The same, for nine tenths of the cases.",
        ),
    ),
    "span_median": _of(
        "s",
        ("首末事件间隔中位数", "First to last event, median"),
        (
            "首个事件到最后事件的秒数的中位数（偶数个取中间两数平均），所有有时刻的办件，不论是否办结。",
            "Median of the seconds from the first to the last event (the mean of the middle two where their number "
            "is even) of all cases with an instant, ended or not.",
        ),
    ),
    "span_p90": _of(
        "s",
        ("首末事件间隔九成分位", "First to last event, p90"),
        ("同上，九成分位（线性插值）。", "The same, 90th percentile with linear interpolation."),
    ),
    "span_mean": _of(
        "s",
        ("首末事件间隔平均", "First to last event, mean"),
        ("同上，平均值。", "The same, mean."),
    ),
    "rework": _of(
        "share",
        ("返工率", "Rework"),
        (
            "同一活动出现两次及以上的办件占办件数之比。",
            "Share of the cases in which an activity occurs more than once.",
        ),
    ),
    "first_time_right": _of(
        "share",
        ("一次办成率", "First time right"),
        (
            "已办结（或推定已结束）的办件中，没有活动重复、且没有回到已离开环节的比例。",
            "Of the cases that have ended (or are taken as ended), the share in which no activity occurs twice and "
            "no stage is entered again after it was left.",
        ),
    ),
    "deviating": _of(
        "share",
        ("偏差率", "Deviating"),
        (
            "有至少一条稽核发现的办件占比；以最近一次稽核为准，含已认可的发现。",
            "Share of the cases with at least one finding of the last audit, accepted ones included.",
        ),
    ),
    "deviation": _of(
        "share",
        ("某规则偏差率", "Deviation, by rule"),
        (
            "有该规则发现的办件占比；以最近一次稽核为准，含已认可的发现。",
            "Share of the cases with a finding of that rule of the last audit, accepted ones included.",
        ),
    ),
    "stage": _of(
        "s",
        ("环节用时", "Time of a stage"),
        (
            "每件中，以该环节事件结束的各步用时之和（自上一事件起，含等待）；各环节相加即首末事件间隔。"
            "起止任一时刻不明的步不计。",
            "In each case, the sum of the steps that end with an event of that stage, each from the event before it, "
            "waiting included; over all stages they sum to the time from the first to the last event. Steps of "
            "which an instant is not known are left out.",
        ),
    ),
    "opened": _of(
        "cases",
        ("当月新收", "Opened"),
        ("开始于该月（中国时间）的可计时办件。", "Measurable cases opened in that month, in China."),
    ),
    "ended": _of(
        "cases",
        ("当月办结", "Throughput"),
        (
            "结束于该月（中国时间）的可计时办件，不论何时开始；推定已结束的按最后事件计。",
            "Measurable cases that ended in that month, in China, whenever opened; those taken as ended by their "
            "last event.",
        ),
    ),
    "backlog": _of(
        "cases",
        ("月末积压", "Backlog"),
        (
            "该月结束前开始、到该月结束时尚未结束的可计时办件。",
            "Measurable cases opened before the end of that month and not ended by then.",
        ),
    ),
    "drift": _of(
        "share",
        ("流程漂移", "Concept drift"),
        (
            "该月与上一有办件的月份（按开始月份）的直接后继分布的全变差距离：各活动对所占比例之差的绝对值之和的一半，"
            "0 为相同，1 为毫无共同。若超过偶然水平（两月办件随机重分 200 次所得距离的 95% 分位），则判为漂移。",
            "Total variation distance of the distributions of directly-follows pairs between the cases opened in "
            "that month and in the last month before it that has cases: half the sum of the absolute differences of "
            "the shares of all pairs; 0 is the same, 1 nothing in common. It counts as drift where it is above what "
            "chance gives: the 95th percentile of the distances when the cases of both months are divided at "
            "random, 200 times.",
        ),
    ),
    "step": _of(
        "s",
        ("直接后继", "Directly follows"),
        (
            "同一办件中相邻的两个事件，按（时刻、文件次序、标识）排序；用时为两者时刻之差，任一不明则不计时。"
            "次数、办件数、中位数与平均数。",
            "Two events next to each other in a case, in the order of instant, place in the file, id; its time is "
            "the difference of their instants, none where one is not known. Count, cases, median and mean.",
        ),
    ),
    "bottleneck": _of(
        "share",
        ("瓶颈", "Bottlenecks"),
        (
            "按总用时（各次之和）由大到小排列的活动对；占比为其总用时占全部活动对总用时之比。",
            "Pairs of activities by their total time; the share is of the total time of all pairs.",
        ),
    ),
    "activity": _of(
        "events",
        ("活动", "Activity"),
        (
            "活动的事件数、办件数，以及以其开始、结束的办件数。",
            "Its events, its cases, and how many begin or end with it.",
        ),
    ),
    "variant": _of(
        "cases",
        ("路径", "Variant"),
        (
            "活动序列完全相同的办件；覆盖率为按件数由多到少累计的占比。标识是活动序列的摘要，各库相同。",
            "Cases with the same activities in the same order; coverage is the share of the cases in it and all more "
            "frequent ones. Its id is a digest of the activities, the same in every archive.",
        ),
    ),
}


def defined(names: Iterable[str]) -> dict[str, Definition]:
    """The definitions of these figures."""
    return {name: DEFINITIONS[name] for name in names}
