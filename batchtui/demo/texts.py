"""Made-up answers: short and long, JSON, code, several scripts, and some that mean harm."""

from __future__ import annotations

import json
import random
from typing import Any

_SUBJECTS = (
    "The second supplier", "A later amendment", "The quarterly forecast", "Our returning customers",
    "The pilot in Lyon", "The night shift", "This clause", "The new packaging", "Every audited site",
    "The regional team", "The older firmware", "The migration", "A third of all orders", "The heat pump",
    "The survey", "The interlibrary loan", "Her second novel", "The coastal route", "The calibration",
    "The reference sample", "A smaller model", "The control group",
)  # fmt: skip
_VERBS = (
    "depends on", "replaces", "arrived before", "was delayed by", "explains most of", "has little to do with",
    "costs less than", "was measured against", "should follow", "contradicts", "confirms", "ran alongside",
    "had to wait for", "was rewritten after", "is limited by", "improved on", "was paid out of", "points back to",
)  # fmt: skip
_OBJECTS = (
    "the delivery window agreed in March", "what the auditors had asked for", "a dataset of 4,812 interviews",
    "the previous contract with Nordwind Logistik", "three weeks of unusual rain",
    "the earlier estimate of €1.2 million", "a spare part that nobody stocks any more", "the figures in table 7",
    "last year's budget", "the warranty terms", "two rounds of review", "the 14-day cooling-off period",
    "a rounding error in the invoice", "the draft of 9 June", "the temperature of the cooling water",
    "the naïve baseline", "whatever the café next door was playing",
)  # fmt: skip
_TAILS = (
    ".", ", as expected.", ", which nobody had planned for.", "; the appendix gives the details.",
    ", at least on weekdays.", ", and that is why the total differs.", " (see section 4.2).",
    ", though the sample is small.", " — twice.",
)  # fmt: skip
_TOPICS = ("billing", "shipping", "returns", "login", "warranty", "feature_request", "cancellation", "praise")
_MOODS = ("calm", "annoyed", "angry", "happy", "confused")
_PRODUCTS = (
    ("Aurora desk lamp", "dimmable, 2,700 to 6,500 K, aluminium"),
    ("Fjell rain jacket", "three layers, 20,000 mm, 410 g"),
    ("Tavola pasta maker", "nine widths, dishwasher-safe rollers"),
    ("Pico hand grinder", "38 mm conical burrs, 30 g"), ("Lumen e-reader sleeve", "felted wool, fits 7-inch devices"),
    ("Stoa standing desk", "62 to 127 cm, memory for four"), ("Brisa ceiling fan", "six speeds, 28 W, reversible"),
    ("Kite travel kettle", "0.5 l, folds to 6 cm, dual voltage"),
)  # fmt: skip
_PARTIES = (
    "Halden Shipping AS",
    "Mirador Foods S.L.",
    "Castellan & Wray LLP",
    "北海道乳業株式会社",
    "Oduya Energy Ltd",
)
_TRANSLATIONS = (
    "ご注文ありがとうございます。商品は三営業日以内に発送いたします。ご不明な点がございましたら、お気軽にお問い合わせください。",
    "感谢您的来信。退款将在五个工作日内退回到原支付方式\uff0c请留意银行通知。",
    "شكرًا لتواصلك معنا. سيصل طلبك رقم 48213 خلال ثلاثة أيام عمل، ويمكنك تتبعه عبر الرابط أدناه.",
    "תודה על פנייתך. ההזמנה שלך תישלח מחר בבוקר, ומספר המעקב יישלח אליך בדוא״ל.",
    "주문해 주셔서 감사합니다. 상품은 내일 오전에 출고되며 배송 조회는 아래 링크에서 하실 수 있습니다.",
    "आपके संदेश के लिए धन्यवाद। आपका ऑर्डर तीन कार्यदिवसों में पहुँच जाएगा।",
    "ขอบคุณสำหรับคำสั่งซื้อ สินค้าจะจัดส่งภายในสามวันทำการ",
    "Děkujeme za Vaši objednávku; zboží odešleme do tří pracovních dnů a pošleme Vám číslo zásilky.",
    "Vielen Dank für Ihre Bestellung! Die Lieferung erfolgt voraussichtlich bis Donnerstag, den 14. Mai.",
    "Merci pour votre commande\u00a0! Elle sera expédiée sous trois jours 📦🚚, le suivi vous parviendra par e-mail.",
    "Cảm ơn bạn đã đặt hàng. Đơn hàng sẽ được giao trong ba ngày làm việc 👩🏽\u200d💻🇻🇳.",
    "Z\u0308a\u0308hlen wir die Zeichen: e\u0301, n\u0303, o\u0302 sind zerlegt, 👨\u200d👩\u200d👧\u200d👦 ist eines.",
)
_SNIPPETS = (
    "def chunked(items, size):\n    for n in range(0, len(items), size):\n        yield items[n : n + size]",
    "SELECT customer_id, COUNT(*) AS orders\nFROM orders\nWHERE created_at >= DATE '2026-01-01'\nGROUP BY customer_id;",
    'fn main() {\n    let total: u64 = (1..=100).filter(|n| n % 3 == 0).sum();\n    println!("{total}");\n}',
    'for f in *.jsonl; do\n\tjq -r \'.custom_id\' "$f" | sort -u > "${f%.jsonl}.ids"\ndone',
    "const byId = new Map(rows.map((row) => [row.id, row]));\nexport const find = (id) => byId.get(id) ?? null;",
)
_SHORT = (
    "B",
    "Yes.",
    "No.",
    "42",
    "1789",
    "Not enough information.",
    "Paris",
    "The answer is 17.",
    "C) Mitochondria",
    "≈ 3.14",
)
_SEARCHES = ("heat pump subsidies 2026", "tallest timber building", "EU battery passport date", "median rent Lisbon")
HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m",
    "[/red][bold]not markup[/][@click=app.quit]x[/]",
    "invoice\u202egpj.exe \u2066isolated\u2069 \u200fmark",
    "\x9b31mC1\x9b0m \x90q\x9c \x7f\x00\x08\x08backspace",
    "one\u2028two\u2029three\u0085four\x0bfive\x0csix\x1cseven",
    '=HYPERLINK("http://evil.example","click")',
    "\x1b]52;c;ZXZpbA==\x07\x1bP+q544e\x1b\\",
    "lone surrogate \ud83d, \ufeffBOM, wide 漢字 and a very" + " long" * 400 + " tail",
)
"""Escape sequences, markup, bidirectional overrides, line breaks that are none, formulas: for tests and the wary."""


def sentence(rng: random.Random) -> str:
    """Return one sentence."""
    return f"{rng.choice(_SUBJECTS)} {rng.choice(_VERBS)} {rng.choice(_OBJECTS)}{rng.choice(_TAILS)}"


def paragraph(rng: random.Random) -> str:
    """Return three to seven sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randint(3, 7)))


def ticket_json(rng: random.Random) -> str:
    """Return a support ticket, classified, as JSON text."""
    verdict = {
        "topic": rng.choice(_TOPICS),
        "sentiment": rng.choice(_MOODS),
        "urgency": rng.randint(1, 5),
        "needs_human": rng.random() < 0.2,  # noqa: PLR2004  # a fifth
        "summary": sentence(rng),
        "suggested_reply": f"Thank you for writing to us. {sentence(rng)} We reply within {rng.randint(1, 3)} days.",
    }
    return json.dumps(verdict, indent=rng.choice((None, 2)), ensure_ascii=False)


def product_text(rng: random.Random) -> str:
    """Return a product description in Markdown."""
    name, facts = rng.choice(_PRODUCTS)
    points = "\n".join(f"- {fact.strip().capitalize()}" for fact in facts.split(", "))
    return (
        f"## {name}\n\n{paragraph(rng)}\n\n{points}\n\n*From €{rng.randint(19, 499)}.{rng.choice(('00', '90', '95'))}*"
    )


def contract_summary(rng: random.Random) -> str:
    """Return a summary of some pages."""
    parts = "\n\n".join(f"{number}. {paragraph(rng)}" for number in range(1, rng.randint(4, 9)))
    return f"**Summary of the agreement between {rng.choice(_PARTIES)} and {rng.choice(_PARTIES)}**\n\n{parts}"


def thoughts(rng: random.Random) -> str:
    """Return what a model thinks before it answers."""
    pages = rng.randint(3, 60)
    return f"The document has {pages} pages. {paragraph(rng)}\n\nSo the main obligation is clear. {sentence(rng)}"


def translation(rng: random.Random) -> str:
    """Return a text in one of a dozen scripts and languages."""
    return "\n".join(rng.choice(_TRANSLATIONS) for _ in range(rng.randint(1, 4)))


def code_review(rng: random.Random) -> str:
    """Return a remark with a fragment of code."""
    return f"{sentence(rng)}\n\n```\n{rng.choice(_SNIPPETS)}\n```\n\n{sentence(rng)}"


def short_answer(rng: random.Random) -> str:
    """Return a few characters."""
    return rng.choice(_SHORT)


def score(rng: random.Random) -> dict[str, Any]:
    """Return the input of a tool."""
    return {"score": rng.randint(0, 10), "rubric": rng.choice(("accuracy", "tone", "safety")), "reason": sentence(rng)}


def search_hit(rng: random.Random) -> tuple[str, str, str, str]:
    """Return a query, and a page's title, address and a passage."""
    query = rng.choice(_SEARCHES)
    return query, query.capitalize(), f"https://example.org/{query.replace(' ', '-')}", sentence(rng)
