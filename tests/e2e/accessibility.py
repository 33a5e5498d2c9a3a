"""What every screen must hold to: WCAG 2.2 AA as far as a machine can see it, large targets, reflow, a title."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

FIELD_TARGET: Final = 48
"""CSS pixels, both ways, on screens that are used with gloves."""
TARGET: Final = 24
"""CSS pixels, both ways, everywhere (WCAG 2.5.8)."""

_RULES: Final[dict[str, Any]] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Ours below asks for more. This one counts a field that has scrolled half under the action bar as a small one.
    "rules": {"target-size": {"enabled": False}},
}

#: Visible targets that are too small. A field's label is part of it; links within a sentence are as high as its lines.
#: Dividers between columns are left out: like a scroll bar they stand alone, and the arrow keys move them as well.
_SMALL_TARGETS: Final = """(least) => {
    const found = [];
    const open = document.querySelector("dialog[open]");
    const all = "a[href], button, input, select, textarea, summary";
    for (const element of (open ?? document).querySelectorAll(all)) {
        if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue;
        const sentence = element.closest("p");
        if (element.matches("a") && sentence && getComputedStyle(element).display === "inline"
            && sentence.textContent.trim() !== element.textContent.trim()) continue;
        const label = element.labels?.[0];
        const boxes = [element, label].filter(Boolean).map((one) => one.getBoundingClientRect());
        // What is drawn thin may be hit around it: an absolutely placed pseudo-element belongs to the target.
        const around = getComputedStyle(element, "::after");
        if (around.position === "absolute" && around.content !== "none")
            boxes.push({ width: parseFloat(around.width), height: parseFloat(around.height), bottom: 0 });
        const [width, height] = ["width", "height"].map((side) => Math.max(...boxes.map((box) => box[side])));
        if (Math.max(...boxes.map((box) => box.bottom)) <= 0 || width === 0) continue;
        if (width < least - 0.5 || height < least - 0.5) {
            const name = (element.ariaLabel ?? element.textContent).trim() || label?.textContent || element.outerHTML;
            found.push(`${element.tagName} "${name.slice(0, 60)}" is ${Math.round(width)} x ${Math.round(height)}`);
        }
    }
    return found;
}"""

_FRAME: Final = """() => ({
    title: document.title,
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((heading) => heading.textContent.trim()),
})"""

#: What sticks out to the right, and thereby makes the page scroll sideways.
_OVERFLOW: Final = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > width + 0.5 && one.checkVisibility())
        .slice(0, 3).map((one) => `${one.tagName}.${one.className} "${one.textContent.trim().slice(0, 40)}"`);
}"""


class Inspector:
    """Looks at one screen after the other and keeps what is wrong, so that one run tells everything."""

    def __init__(self, *, landmarks: bool = False) -> None:
        """With ``landmarks`` everything must also stand in a landmark: axe's best practice, no rule of WCAG."""
        self.faults: list[str] = []
        self._rules = {**_RULES, "rules": {**_RULES["rules"], "region": {"enabled": landmarks}}}

    async def look(self, page: Page, name: str, *, field: bool = True) -> None:
        """Inspect the screen as it stands, in light, in dark and 320 px wide; afterwards it is as it was."""
        self._frame(name, await page.evaluate(_FRAME))
        await self._axe(page, f"{name}, light", self._rules)
        await page.emulate_media(color_scheme="dark")
        await self._axe(page, f"{name}, dark", {"runOnly": ["color-contrast"]})
        await page.emulate_media(color_scheme="light")
        small = await page.evaluate(_SMALL_TARGETS, FIELD_TARGET if field else TARGET)
        self.faults += [f"{name}: {fault}" for fault in small]
        size = page.viewport_size
        assert size is not None
        await page.set_viewport_size({"width": 320, "height": 640})
        self.faults += [f"{name}, 320 px wide: {fault} sticks out" for fault in await page.evaluate(_OVERFLOW)]
        await page.set_viewport_size(size)

    def _frame(self, name: str, frame: dict[str, Any]) -> None:
        if frame["language"] != "sv":
            self.faults.append(f"{name}: the page's language is {frame['language']!r}")
        if len(frame["headings"]) != 1:
            self.faults.append(f"{name}: {len(frame['headings'])} main headings")
        elif frame["title"] != f"{frame['headings'][0]} · Turbil":
            self.faults.append(f"{name}: the title is {frame['title']!r}, the heading {frame['headings'][0]!r}")

    async def _axe(self, page: Page, name: str, options: dict[str, Any]) -> None:
        found = await Axe().run(page, options={"resultTypes": ["violations"], **options})
        for violation in found.response["violations"]:
            for node in violation["nodes"]:
                self.faults.append(f"{name}: {violation['id']}: {node['html'][:160]} {node['failureSummary'][:240]}")
