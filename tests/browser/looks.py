"""What is wrong with how a page looks, found by measuring: text cut off, things outside the screen or on each other."""

from typing import Any

from playwright.sync_api import Page

LAYOUT = """() => {
  const found = [];
  const name = (node) => `${node.tagName.toLowerCase()} ${node.textContent.trim().slice(0, 40)}`;
  const isShown = (node) => node.checkVisibility() && !node.closest(".sr") && !node.closest(".skip");
  if (document.documentElement.scrollWidth > innerWidth) found.push(["the page scrolls sideways", innerWidth]);
  const pane = document.querySelector("main").getBoundingClientRect();
  const boxes = (node) => {
    const inside = node.closest("main") && getComputedStyle(document.querySelector("main")).overflowY === "auto";
    return [...node.getClientRects()].map((box) => ({
      left: box.left, right: box.right,
      top: inside ? Math.max(box.top, pane.top) : box.top,
      bottom: inside ? Math.min(box.bottom, pane.bottom) : box.bottom,
    })).filter((box) => box.bottom - box.top > 1 && box.right - box.left > 1);
  };
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const all = document.querySelectorAll("button, summary, a, textarea, h1, .badge, .state span");
  const controls = [...all].filter(isShown);
  for (const node of controls) {
    for (const box of node.getClientRects()) {
      if (box.left < -0.5 || box.right > innerWidth + 0.5) found.push(["outside the screen", name(node)]);
    }
  }
  for (const [place, one] of controls.entries()) {
    for (const other of controls.slice(place + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const touch = boxes(one).some((a) => boxes(other).some((b) => meet(a, b)));
      if (touch) found.push(["on each other", name(one), name(other)]);
    }
  }
  for (const node of document.querySelectorAll("body *")) {
    const ownsText = [...node.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
    if (!isShown(node) || !ownsText || node.tagName === "TEXTAREA") continue;
    const style = getComputedStyle(node);
    if (style.display === "inline" || style.display === "contents") continue;
    if (node.scrollWidth > node.clientWidth + 1) found.push(["text sticks out or is cut off", name(node)]);
    if (style.overflowY === "hidden" && node.scrollHeight > node.clientHeight + 1) {
      found.push(["text is cut off below", name(node)]);
    }
  }
  return found;
}"""

UNBRACKETED = r"""() => {
  const OTHER = "time, .resident .text, #languages li, [lang=en], textarea, script, style";
  const found = [];
  let depth = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(OTHER)) continue;
    let bare = "";
    for (const letter of node.data) {
      if (letter === "[") depth += 1;
      else if (letter === "]") depth -= 1;
      else if (depth === 0 && /\p{L}/u.test(letter)) bare += letter;
    }
    if (bare) found.push([bare, node.parentElement.outerHTML.slice(0, 120)]);
  }
  if (depth) found.push(["brackets do not close", depth]);
  for (const node of document.querySelectorAll("[aria-label], [title], [alt], [placeholder]")) {
    if (node.closest(OTHER)) continue;
    for (const name of ["aria-label", "title", "alt", "placeholder"]) {
      const value = node.getAttribute(name);
      if (value && !/^\[[^]*\]$/.test(value)) found.push([name, value]);
    }
  }
  if (!/^\[[^\]]*\] – \[[^\]]*\]$/.test(document.title)) found.push(["title", document.title]);
  return found;
}"""

REVERSED = r"""() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const at = (node, place) => {
    range.setStart(node, place);
    range.setEnd(node, place + 1);
    return range.getBoundingClientRect();
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!parent.checkVisibility() || parent.closest("script, style, .sr, [lang=en], .resident")) continue;
    for (const match of node.data.matchAll(/[(+$]*\d(?:[\d,.:/() -]*\d)+/g)) {
      const [first, last] = [at(node, match.index), at(node, match.index + match[0].length - 1)];
      if (Math.abs(first.top - last.top) < 4 && first.left >= last.left) found.push(match[0]);
    }
  }
  return found;
}"""

TOFU = r"""() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = (letter) => {
    pen.clearRect(0, 0, 48, 48);
    pen.font = `32px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillText(letter, 4, 36);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  const missing = drawn("\u0378");
  const letters = new Set([...document.body.innerText].filter((letter) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter)));
  return [...letters].filter((letter) => drawn(letter) === missing);
}"""


def faults(page: Page) -> list[Any]:
    """Sideways scrolling, text that is cut off, and controls outside the screen or on each other."""
    found: list[Any] = page.evaluate(LAYOUT)
    return found


def unbracketed(page: Page) -> list[Any]:
    """Texts and labels that did not come through a catalog; in a pseudo-locale every catalog's text has brackets."""
    found: list[Any] = page.evaluate(UNBRACKETED)
    return found


def reversed_figures(page: Page) -> list[str]:
    """Amounts, phone and case numbers that stand on the screen from right to left."""
    found: list[str] = page.evaluate(REVERSED)
    return found


def missing_letters(page: Page) -> list[str]:
    """Letters that no font of this machine can draw."""
    found: list[str] = page.evaluate(TOFU)
    return found
