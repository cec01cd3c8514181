// What can be done with an answer: hear, copy, print it, go on on the phone.

import { button, el } from "./dom.js";
import { at } from "./home.js";
import { words } from "./words.js";

const longestForPhone = 60; // characters; the server leaves longer questions out

// answerTools gives the elements with the buttons for an answer.
export function answerTools(turn, answer, element, actions) {
  const elder = actions.profile === "elder";
  const row = el("div", { class: "answer-tools", role: "group", "aria-label": words.tools });
  const read = readButton(answer, elder, actions);
  if (!elder) row.append(read);
  row.append(
    button(words.copy, "tool-button", async () => {
      actions.announce(await copy(asText(answer)) ? words.copied : words.notCopied, true);
    }),
    button(words.print, "tool-button", () => window.print()),
    ...onPhone(turn, actions));
  if ((answer.citations || []).length) {
    row.append(el("a", { class: "tool-button", href: at(`/receipt/${answer.answer_id}`), target: "_blank", rel: "noopener" }, words.receipt));
  }
  return elder ? [read, el("details", { class: "folded" }, el("summary", {}, words.moreTools), row)] : [row];
}

// readButton reads an answer aloud; it is hidden where nothing can.
function readButton(answer, elder, actions) {
  const element = button(words.read, elder ? "button primary read-button" : "tool-button read-button", () => {
    if (element.dataset.on) {
      actions.speaker.stop();
      return;
    }
    element.dataset.on = "true";
    element.textContent = words.readStop;
    actions.speaker.read(forReading(answer)).catch(() => actions.announce(words.readFailed, true)).then(() => {
      delete element.dataset.on;
      element.textContent = words.read;
    });
  });
  // A browser may need a moment to know its voices.
  element.hidden = !actions.speaker.able;
  actions.speaker.found.then(() => { element.hidden = !actions.speaker.able; });
  return element;
}

// forReading is an answer without marks, its label first: whoever hears it
// must know what it is.
function forReading(answer) {
  return [answer.label, answer.text.replace(/\[\d{1,2}\]/g, "")].filter(Boolean).join("。");
}

// asText is an answer with its label and its sources.
export function asText(answer) {
  const lines = [answer.label ? `【${answer.label}】` : "", answer.more || answer.text];
  if (answer.hant && answer.hant.note) lines.push(answer.hant.note);
  if ((answer.citations || []).length) lines.push("", words.copySources);
  for (const c of answer.citations || []) {
    // Titles are copied as they are stored.
    const facts = [`《${c.title || words.untitled}》${c.doc_no ? `（${c.doc_no}）` : ""}`, c.publisher, c.published, c.clause].filter(Boolean);
    lines.push(`[${c.n}] ${facts.join("，")} ${c.source_url || at(c.url)}`);
  }
  if (answer.mode === "generated") lines.push("", words.copyAI);
  return lines.join("\n").trim();
}

// copy reports whether a text is in the clipboard. A page without TLS has the
// old way only.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = el("textarea", { class: "visually-hidden", readonly: "", "aria-hidden": "true", tabindex: "-1" });
    const before = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (before) before.focus();
    return done;
  }
}

// onPhone shows the address of this page with the question for a phone's camera.
function onPhone(turn, actions) {
  const box = el("div", { class: "qr-box", hidden: "" });
  const open = button(words.phone, "tool-button", () => {
    if (!box.firstChild) {
      const query = new URLSearchParams({ page: actions.profile === "elder" ? "/elder" : "/", script: actions.script });
      if ([...turn.text].length <= longestForPhone) query.set("q", turn.text);
      box.append(el("img", { src: at(`/qr.svg?${query}`), alt: words.phoneName, width: "180", height: "180" }), el("p", {}, words.phoneHint));
    }
    box.hidden = !box.hidden;
    open.setAttribute("aria-expanded", String(!box.hidden));
  });
  open.setAttribute("aria-expanded", "false");
  return [open, box];
}

