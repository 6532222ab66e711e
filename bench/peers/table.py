"""What was measured, as Markdown and in Google Benchmark's JSON form."""


def duration(ms):
    if ms is None:
        return "–"
    for limit, unit, factor in ((0.001, "ns", 1e6), (1, "µs", 1e3), (1000, "ms", 1)):
        if ms < limit:
            return f"{ms * factor:.3g} {unit}"
    return f"{ms / 1000:.3g} s" if ms < 1e6 else f"{ms / 1000:,.0f} s"


def number(value):
    return "–" if value is None else f"{value:,.1f}" if 10 <= value < 1000 else f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def comparison_table(rows, muster_name):
    lines = ["| question | of | program | time | peer ÷ Muster | answers | remarks |", "| --- | --- | --- | ---: | ---: | --- | --- |"]
    for row in rows:
        ratio = "1" if row.peer == muster_name else number(row.ratio)
        name = f"**{row.peer}**" if row.peer == muster_name else row.peer
        lines.append(f"| {row.question} | {row.item} | {name} | {duration(row.peer_ms)} | {ratio} | {row.answers} | {row.remark} |")
    return "\n".join(lines)


def refusal_table(refusals):
    """One line a program and reason, with all the questions it holds for."""
    grouped = {}
    for refusal in refusals:
        questions = grouped.setdefault((refusal.peer, refusal.reason), [])
        if refusal.question not in questions:
            questions.append(refusal.question)
    lines = ["| program | question | why there is no figure |", "| --- | --- | --- |"]
    lines += [f"| {peer} | {'; '.join(questions)} | {reason} |" for (peer, reason), questions in grouped.items()]
    return "\n".join(lines)


def growth_table(rows, small, large):
    """Rows of programs that answered the same question on both graphs."""
    times = {(row.graph, row.question, row.peer): row for row in rows}
    lines = [f"| question | program | {small.name}, {small.node_count:,} nodes | {large.name}, {large.node_count:,} nodes | growth |", "| --- | --- | ---: | ---: | ---: |"]
    for (graph, question, peer), row in times.items():
        other = times.get((large.name, question, peer))
        if graph != small.name or other is None:
            continue
        lines.append(f"| {question} | {peer} | {duration(row.peer_ms)} | {duration(other.peer_ms)} | × {number(other.peer_ms / row.peer_ms)} |")
        if row.peak_bytes and other.peak_bytes:
            lines.append(f"| {question}: memory | {peer} | {row.peak_bytes / 2**20:,.0f} MiB | {other.peak_bytes / 2**20:,.0f} MiB | × {number(other.peak_bytes / row.peak_bytes)} |")
    lines.append(f"| nodes | | {small.node_count:,} | {large.node_count:,} | × {number(large.node_count / small.node_count)} |")
    return "\n".join(lines)


def benchmark_entry(row, muster_name):
    entry = {
        "name": f"{row.graph}/{row.question}/{row.peer}",
        "run_type": "aggregate",
        "aggregate_name": "median",
        "iterations": row.rounds,
        "real_time": row.peer_ms,
        "cpu_time": row.peer_ms,
        "time_unit": "ms",
        "item": row.item,
        "answers": row.answers,
        "label": row.remark,
    }
    if row.peer != muster_name and row.ratio is not None:
        entry["ratio_to_muster"] = row.ratio
    if row.peak_bytes:
        entry["peak_bytes"] = row.peak_bytes
    return entry
