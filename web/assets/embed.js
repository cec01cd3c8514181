// A page of the chat in the frame of a site: it talks to the widget there
// (widget/widget.js), and to nobody else. Loaded on framed pages only, beside
// the page's own scripts.
//
// We say: ready, close (Escape), answer (a new one has come). We hear: open,
// focus, settings { page, size, contrast, cursor }. The settings stand on
// the root element as data-size and so on, for embed.css; the page's address on
// main as data-page.

const site = document.querySelector("meta[name=zhiwen-site]").content;
const root = document.documentElement;
const main = document.querySelector("main");

function tell(what) {
  if (window.parent !== window) window.parent.postMessage({ zhiwen: what }, site);
}

// focus goes to where a question is typed; on a screen that is touched that
// would bring up its keyboard over the text to be read first.
function focus() {
  const touched = window.matchMedia("(pointer: coarse)").matches;
  const target = touched ? main : document.getElementById("question") || main;
  if (target === main) main.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const heard = {
  // What came while nobody looked begins at its question.
  open() {
    const asked = [...document.querySelectorAll(".asked")].pop();
    if (asked) asked.scrollIntoView({ block: "start" });
  },
  focus,
  settings({ page, size, contrast, cursor }) {
    Object.assign(root.dataset, { size, contrast, cursor });
    main.dataset.page = page;
  },
};

window.addEventListener("message", ({ source, origin, data }) => {
  if (source !== window.parent || origin !== site || !data) return;
  const act = heard[data.zhiwen];
  if (act && Object.prototype.hasOwnProperty.call(heard, data.zhiwen)) act(data);
});

window.addEventListener("keydown", (event) => {
  // Whoever has used the key for something of his own has said so.
  if (event.key === "Escape" && !event.defaultPrevented) tell("close");
});

// An answer has come when the log is at rest with more of them than before. The
// widget knows whether somebody sees it.
const log = document.getElementById("log");
const answers = () => log.querySelectorAll("article.answer").length;
if (log) {
  let told = answers();
  new MutationObserver(() => {
    if (log.getAttribute("aria-busy") === "true") return;
    const now = answers();
    if (now > told) tell("answer");
    told = now;
  }).observe(log, { childList: true, attributes: true, attributeFilter: ["aria-busy"] });
}

// Not before the page's own scripts have run: what is typed until then would not
// be heard.
document.addEventListener("DOMContentLoaded", () => tell("ready"));
