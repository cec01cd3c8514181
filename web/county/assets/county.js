// The controls of the sample site: each changes the page at once, is remembered
// in the cookie that the server reads, and tells the widget by a message, as
// any site's toolbar may. Without this script they are links that do the same.

const site = new URL("../../", import.meta.url).pathname; // this file lies two folders below
const root = document.documentElement;
const bar = document.getElementById("bar");
const says = document.getElementById("bar-says");
const keys = document.getElementById("keys");

function tellWidget(wishes) {
  window.postMessage({ zhiwen: "set", ...wishes }, location.origin);
}

function remember(name, value) {
  const match = /(?:^|; )site=([^;]*)/.exec(document.cookie);
  const pairs = new Map((match ? match[1].split(".") : []).map((pair) => pair.split("=")));
  pairs.set(name, value);
  const text = [...pairs].map((pair) => pair.join("=")).join(".");
  document.cookie = `site=${text}; path=${site}; SameSite=Lax`;
}

const switches = {
  bar(on) {
    bar.hidden = !on;
    if (on) bar.querySelector("[role=button]").focus();
  },
  elder: (on) => tellWidget({ elder: on }),
  contrast: (on) => tellWidget({ contrast: on ? "high" : "" }),
  cursor: (on) => tellWidget({ cursor: on ? "large" : "" }),
  keyboard(on) { keys.hidden = !on; },
};

for (const control of document.querySelectorAll("[data-switch]")) {
  asButton(control, () => {
    const name = control.dataset.switch;
    const on = control.getAttribute("aria-pressed") !== "true";
    control.setAttribute("aria-pressed", String(on));
    control.href = control.href.replace(`${name}=${on ? 1 : 0}`, `${name}=${on ? 0 : 1}`);
    root.toggleAttribute(`data-${name}`, on);
    remember(name, on ? 1 : 0);
    switches[name](on);
  });
}

for (const control of document.querySelectorAll("[data-size-to]")) {
  asButton(control, () => {
    const size = control.dataset.sizeTo;
    root.dataset.size = size;
    for (const other of document.querySelectorAll("[data-size-to]")) {
      other.setAttribute("aria-pressed", String(other.dataset.sizeTo === size));
    }
    remember("size", size);
    tellWidget({ size });
  });
}

// asButton lets a link be a button, which the space bar presses, too.
function asButton(element, act) {
  element.addEventListener("click", (event) => { event.preventDefault(); act(); });
  element.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); act(); }
  });
}

// 打印
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// 朗读: the words of the page by the browser's voice. It is offered where a real
// check finds a Chinese voice; some browsers list their voices late.
const aloud = document.getElementById("aloud");
const longestUtterance = 180; // characters: some voices stop in longer ones

function chineseVoice() {
  return window.speechSynthesis && speechSynthesis.getVoices().find((voice) => /^(zh|cmn)/i.test(voice.lang));
}

function offerAloud() {
  aloud.hidden = !chineseVoice();
}

function pieces(text) {
  const all = [];
  for (const sentence of text.match(/[^。！？；\n]+[。！？；]?/g) || []) {
    const last = all[all.length - 1];
    if (last && last.length + sentence.length <= longestUtterance) all[all.length - 1] += sentence;
    else all.push(sentence);
  }
  return all;
}

function stopReading() {
  speechSynthesis.cancel();
  aloud.setAttribute("aria-pressed", "false");
  aloud.textContent = "朗读";
}

if (window.speechSynthesis) {
  offerAloud();
  if (speechSynthesis.addEventListener) speechSynthesis.addEventListener("voiceschanged", offerAloud);
  aloud.addEventListener("click", () => {
    if (aloud.getAttribute("aria-pressed") === "true") {
      stopReading();
      return;
    }
    aloud.setAttribute("aria-pressed", "true");
    aloud.textContent = "停止朗读";
    const words = pieces(document.getElementById("content").innerText);
    words.forEach((piece, i) => {
      const utterance = new SpeechSynthesisUtterance(piece);
      utterance.lang = "zh-CN";
      utterance.voice = chineseVoice();
      utterance.onerror = (event) => {
        if (event.error === "canceled" || event.error === "interrupted") return;
        stopReading();
        says.textContent = "这台设备暂时不能朗读。";
      };
      if (i === words.length - 1) utterance.onend = stopReading;
      speechSynthesis.speak(utterance);
    });
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

// 全程键盘: Alt and a figure lead to the parts of the page.
document.addEventListener("keydown", (event) => {
  if (!root.hasAttribute("data-keyboard") || !event.altKey) return;
  const jumps = {
    1: () => document.querySelector("#menu a").focus(),
    2: () => document.getElementById("content").focus(),
    3: () => window.postMessage({ zhiwen: "open" }, location.origin),
  };
  const jump = jumps[event.code.replace(/^(Digit|Numpad)/, "")];
  if (!jump) return;
  event.preventDefault();
  jump();
});
