// What is kept behind the page's tools: the conversations held on this device,
// and the rating of the service. A panel opens in the page, never over it.

import { button, el, fillWith } from "./dom.js";
import { post } from "./api.js";
import { forget, history, reopen } from "./memory.js";
import { fill, words } from "./words.js";

export function addPanels(view, actions) {
  const tools = document.getElementById("page-tools");
  const panels = el("div", { id: "panels" });
  view.root.insertBefore(panels, view.root.querySelector("h1").nextSibling);
  const fresh = button(words.fresh, "tool", actions.fresh);
  tools.append(fresh, opener(panels, words.history, () => historyPanel(view)), opener(panels, words.rate, () => ratePanel(view, actions)));
}

// opener makes the button that opens a panel and closes it.
function opener(panels, name, make) {
  let panel = null;
  const element = button(name, "tool", () => (panel ? close() : open()));
  const close = () => {
    panel.remove();
    panel = null;
    element.setAttribute("aria-expanded", "false");
    element.focus();
  };
  const open = () => {
    const { title, content } = make();
    const heading = el("h2", { tabindex: "-1" }, title);
    panel = el("section", { class: "panel", "aria-label": title },
      el("div", { class: "panel-head" }, heading, button(words.close, "button", close)), ...content);
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    panels.append(panel);
    element.setAttribute("aria-expanded", "true");
    panel.scrollIntoView({ block: "nearest" });
    heading.focus({ preventScroll: true });
  };
  element.setAttribute("aria-expanded", "false");
  return element;
}

function historyPanel(view) {
  const list = el("ul", { class: "history" });
  const all = button(words.historyDeleteAll, "button", () => deleted(undefined));
  const deleted = async (at) => {
    const sessions = forget(at);
    draw();
    try {
      for (const session of sessions) await post("/api/v1/forget", { session });
      view.announce(words.historyDeleted);
    } catch {
      view.announce(words.historyDeletedHere);
    }
  };
  const draw = () => {
    const conversations = history();
    all.hidden = conversations.length === 0;
    if (conversations.length === 0) {
      fillWith(list, el("li", {}, words.historyEmpty));
      return;
    }
    fillWith(list, ...conversations.map((c) => {
      const { text } = c.turns[0];
      const date = new Date(c.at).toLocaleDateString("zh-CN");
      const remove = button(words.historyDelete, "button", () => deleted(c.at));
      remove.setAttribute("aria-label", fill(words.historyDeleteName, { text }));
      return el("li", {}, button(fill(words.historyOpen, { date, text }), "history-item", () => {
        reopen(c);
        location.href = view.address();
      }), remove);
    }));
  };
  draw();
  return { title: words.historyTitle, content: [el("p", { class: "panel-note" }, words.historyNote), list, all] };
}

function ratePanel(view, actions) {
  const form = el("form", { class: "rate" });
  const problem = el("p", { class: "problem", role: "alert", hidden: "" });
  // From 5, the best, down to 1; nothing is chosen beforehand.
  const rates = words.rates.map((name, i) => el("label", { class: "rate-choice" },
    el("input", { type: "radio", name: "rate", value: String(words.rates.length - i) }), el("span", {}, name)));
  const reasons = words.reasons.map((name) => el("label", { class: "rate-choice" }, el("input", { type: "checkbox", name: "reason", value: name }), el("span", {}, name)));
  const why = el("fieldset", { hidden: "" }, el("legend", {}, words.rateWhy), el("div", { class: "rate-choices" }, ...reasons));
  const text = el("textarea", { rows: "2", maxlength: "300", id: "rate-text" });
  form.append(
    el("fieldset", {}, el("legend", { class: "visually-hidden" }, words.rateTitle), el("div", { class: "rate-choices" }, ...rates)),
    why, el("label", { for: "rate-text" }, words.rateText), text, problem, el("button", { type: "submit", class: "button primary" }, words.rateSend));
  form.addEventListener("change", () => {
    const chosen = form.elements.rate.value;
    why.hidden = chosen === "" || Number(chosen) > 2;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rating = Number(form.elements.rate.value);
    problem.hidden = true;
    try {
      if (!rating) throw new Error(words.rateNone);
      const chosen = why.hidden ? [] : [...form.querySelectorAll("[name=reason]:checked")].map((box) => box.value);
      await actions.judge(undefined, rating, chosen, text.value.trim() || undefined);
      const thanks = el("p", { tabindex: "-1" }, words.thanks);
      fillWith(form, thanks);
      thanks.focus();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
  return { title: words.rateTitle, content: [form] };
}
