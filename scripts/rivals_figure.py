"""Draw ``auto`` beside named rivals from the tables of bench/README.md, as docs/images/accuracy.svg."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE, TARGET = ROOT / "bench/README.md", ROOT / "docs/images/accuracy.svg"
SETS = {
    "m1": "M1, 1001 series",
    "nn3": "NN3, 111 series",
    "nngc1": "NNGC1, 66 series",
    "tourism_part": "tourism, 656 series",
}
MODELS = {
    ("accuracy", "auto"): ("Tidecast auto", "#0f8a8a"),
    ("libraries", "statsforecast's DynamicOptimizedTheta"): (
        "statsforecast DynamicOptimizedTheta",
        "#8a97a3",
    ),
    ("libraries", "statsforecast's AutoETS"): ("statsforecast AutoETS", "#bcc5cd"),
    ("libraries", "statsforecast's AutoARIMA"): ("statsforecast AutoARIMA", "#d9b46a"),
}
CAPTION = "OWA: 1 is Naive2, the yardstick of the M4 competition; less is better"
BAR, GAP, LEFT, SCALE = 16, 26, 150, 440


def errors(page: str) -> dict[tuple[str, str, str], float]:
    """OWA by table, model and set."""
    found = {}
    for table in {table for table, _ in MODELS}:
        part = page.partition(f"<!-- {table}:begin -->")[2].partition(f"<!-- {table}:end -->")[0]
        head, _, *rows = (cells(line) for line in part.strip().splitlines())
        for row in rows:
            told = dict(zip(head, row, strict=True))
            if told["owa"]:
                found[table, told["model"], told["set"]] = float(told["owa"])
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def figure(owa: Mapping[tuple[str, str, str], float]) -> str:
    """An SVG of bars: for each set one per model, its length from 0."""
    height = 80 + sum(BAR for key in SETS for model in MODELS if (*model, key) in owa)
    height += len(SETS) * GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img"'
        ' font-family="sans-serif" font-size="12">\n<title>OWA of Tidecast and statsforecast: less is'
        f' better</title>\n<rect width="720" height="{height}" fill="#fff"/>'
    )
    return "\n".join([head, *legend(), *bars(owa), "</svg>\n"])


def legend() -> Iterator[str]:
    for place, (name, color) in enumerate(MODELS.values()):
        x, y = 12 + 340 * (place % 2), 14 + 20 * (place // 2)
        yield f'<rect x="{x}" y="{y}" width="12" height="12" fill="{color}"/>'
        yield f'<text x="{x + 18}" y="{y + 10}">{name}</text>'


def bars(owa: Mapping[tuple[str, str, str], float]) -> Iterator[str]:
    y = 66
    for key, title in SETS.items():
        yield f'<text x="12" y="{y + 1.5 * BAR + 4}">{title}</text>'
        for (table, model), (_, color) in MODELS.items():
            if (table, model, key) not in owa:
                continue
            value = owa[table, model, key]
            width = round(SCALE * value)
            yield f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR - 3}" fill="{color}"/>'
            yield f'<text x="{LEFT + width + 8}" y="{y + 11}">{value:.3f}</text>'
            y += BAR
        y += GAP
    yield f'<text x="{LEFT}" y="{y}" fill="#555">{CAPTION}</text>'


def main() -> None:
    TARGET.write_text(figure(errors(PAGE.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
