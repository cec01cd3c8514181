// Questions that a visitor may mean, while he types.

import { post } from "./api.js";
import { button, el, fillWith } from "./dom.js";

const pause = 250; // ms without a key
const shortest = 2; // characters

// suggestWhileTyping fills the list above the field; choose(text) asks one.
export function suggestWhileTyping(view, choose) {
  const field = view.question;
  const list = document.getElementById("suggest");
  let timer = 0;
  let request = null;

  const hide = () => {
    clearTimeout(timer);
    if (request) request.abort();
    request = null;
    list.hidden = true;
  };
  const show = (texts) => {
    fillWith(list, ...texts.map((text) => el("li", {}, button(text, "suggest-item", () => { hide(); field.focus(); choose(text); }))));
    list.hidden = texts.length === 0;
  };
  const look = async () => {
    const text = field.value.trim();
    if ([...text].length < shortest) return hide();
    if (request) request.abort();
    const mine = new AbortController();
    request = mine;
    try {
      const { suggestions } = await post("/api/v1/suggest", { text }, mine.signal);
      if (request === mine) show(suggestions);
    } catch {
      if (request === mine) hide(); // suggestions are no reason to complain
    }
    return undefined;
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(look, pause);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(look, pause);
  });
  field.addEventListener("cleared", hide);

  // With the keyboard: up from the beginning of the field into the list, up and
  // down in it, Escape out of it.
  const step = (event, by) => {
    const items = [...list.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement) + by;
    event.preventDefault();
    if (at >= items.length) field.focus();
    else if (at >= 0) items[at].focus();
  };
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "Escape") hide();
    if (event.key === "ArrowUp" && field.selectionStart === 0) {
      event.preventDefault();
      list.querySelector("li:last-child button").focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp") step(event, -1);
    if (event.key === "ArrowDown") step(event, 1);
    if (event.key === "Escape") { hide(); field.focus(); }
  });
}
