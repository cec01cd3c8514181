// Opens a stored text at the passage that the fragment names: #s{start}-{end},
// bytes of the text. Every block of the page says at which byte it starts.

import { byteLength, unitAt } from "./bytes.js";

const quoteName = document.querySelector(".recognised") ? "引用文字" : "引用原文";

function passage() {
  const match = /^#s(\d{1,9})-(\d{1,9})$/.exec(location.hash);
  return match ? { start: Number(match[1]), end: Number(match[2]) } : null;
}

// marks highlights the bytes from start to end and gives the marks, in order.
function marks({ start, end }) {
  const found = [];
  for (const block of document.querySelectorAll("[data-start]")) {
    const first = Number(block.dataset.start);
    if (first >= end) break;
    const text = block.textContent;
    if (first + byteLength(text) <= start) continue;
    found.push(...markBlock(block, unitAt(text, start - first), unitAt(text, end - first)));
  }
  return found;
}

// markBlock highlights units of a block, whose text may lie in several nodes.
function markBlock(block, from, to) {
  const nodes = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);

  const found = [];
  let at = 0;
  for (const node of nodes) {
    const start = Math.max(from - at, 0);
    const end = Math.min(to - at, node.length);
    at += node.length;
    if (start >= end) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    const mark = document.createElement("mark");
    mark.className = "quote";
    range.surroundContents(mark);
    found.push(mark);
  }
  return found;
}

function clear() {
  for (const mark of document.querySelectorAll("mark.quote")) {
    const parent = mark.parentNode;
    mark.replaceWith(...mark.childNodes);
    parent.normalize();
  }
}

// leadToPicture makes the links to the pages show the passage, and the one at
// the top open its page.
function leadToPicture({ start, end }) {
  const original = document.getElementById("original");
  for (const page of document.querySelectorAll("[data-page-start]")) {
    const url = new URL(page.href);
    url.search = new URLSearchParams({ start, end }).toString();
    url.hash = "passage";
    page.href = url.href;
    if (original && Number(page.dataset.pageStart) <= start) original.href = url.href;
  }
}

function show() {
  clear();
  const wanted = passage();
  if (wanted) leadToPicture(wanted);
  const [first] = wanted ? marks(wanted) : [];
  if (!first) return;
  history.scrollRestoration = "manual"; // a reloaded page opens at the passage, too
  first.classList.add("first");
  first.tabIndex = -1;
  first.setAttribute("role", "group");
  first.setAttribute("aria-label", quoteName);
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
}

window.addEventListener("hashchange", show);
show();
