// The page's fixed parts: the turns of the conversation and the form below it.
//
// There is one live region, #log, and it only ever grows by whole turns. What is
// being made stands in #draft, which nobody announces, and what this tab had
// before in #past, which has been announced already.

import { AnswerView } from "./answer.js";
import { button, el } from "./dom.js";
import { addPanels } from "./panels.js";
import { suggestWhileTyping } from "./suggest.js";
import { listenByVoice } from "./speech.js";
import { fill, words } from "./words.js";

const countFrom = 0.8; // of the longest question: from there on it is counted
const noteStays = 10000; // ms that a note to the visitor is there to be heard

// stuckAtTop is how much of the top, in pixels, what stays in place covers.
function stuckAtTop() {
  return [...document.querySelectorAll(".site-header, .notice")].reduce((sum, element) => {
    const { position, top } = getComputedStyle(element);
    return position === "sticky" && top !== "auto" ? sum + element.offsetHeight : sum;
  }, 0);
}

export class ChatView {
  // actions: { ask(text, chosen?), stop(), retry(turn), judge(answerID, rating,
  // reasons, text), fresh(), speaker }
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.profile = root.dataset.profile;
    this.script = root.dataset.script;
    this.maxQuestion = Number(root.dataset.maxQuestion);
    for (const id of ["past", "log", "draft", "composer", "question", "send", "count", "connection", "problem", "menu"]) {
      this[id] = document.getElementById(id);
    }
    this.stopButton = document.getElementById("stop");
    this.note = el("p", { class: "visually-hidden" });

    this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.question.addEventListener("input", () => this.measure());
    // Enter sends and Shift+Enter breaks the line. The line break is what counts,
    // not the key: an input method takes Enter to confirm a word, and the
    // keyboard of a phone need not name its keys.
    this.question.addEventListener("keydown", (event) => { this.shift = event.shiftKey; });
    this.question.addEventListener("beforeinput", (event) => {
      if (event.inputType === "insertLineBreak" && !this.shift) {
        event.preventDefault();
        this.submit();
      }
    });
    this.stopButton.addEventListener("click", () => { actions.stop(); this.question.focus(); });
    this.takeForms();
    addPanels(this, actions);
    suggestWhileTyping(this, (text) => this.askFromForm(text));
    listenByVoice(this, root.dataset.hearing === "true");
    this.openInPrint();
    this.offerMenu();
  }

  // takeForms asks here what the buttons of forms ask without scripts.
  takeForms() {
    document.addEventListener("click", (event) => {
      const chosen = event.target.closest && event.target.closest("button[name=q]");
      if (!chosen) return;
      event.preventDefault();
      const field = (name) => chosen.form.elements[name] && chosen.form.elements[name].value;
      const section = field("doc") ? { doc: field("doc"), at: Number(field("at")) } : {};
      if (this.actions.ask(chosen.value, section)) this.asked.focus({ preventScroll: true });
    });
  }

  // openInPrint shows on paper what is folded on the screen.
  openInPrint() {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".turns details:not([open])")];
      for (const box of opened) box.open = true;
    });
    window.addEventListener("afterprint", () => { for (const box of opened) box.open = false; });
  }

  submit() {
    const text = this.question.value.trim();
    if (text === "") {
      this.showProblem(words.empty);
    } else if ([...text].length > this.maxQuestion) {
      this.showProblem(fill(words.tooLong, { n: this.maxQuestion }));
    } else {
      this.askFromForm(text);
    }
  }

  askFromForm(text) {
    if (!this.actions.ask(text)) return;
    this.clear();
    // On the screen of an elderly visitor there is one thing at a time.
    if (this.profile === "elder") this.asked.focus({ preventScroll: true });
  }

  clear() {
    this.question.value = "";
    this.measure();
    this.question.dispatchEvent(new CustomEvent("cleared"));
  }

  // measure fits the field to its text and counts when it gets long.
  measure() {
    this.question.style.height = "auto";
    this.question.style.height = `${this.question.scrollHeight + 2}px`;
    const length = [...this.question.value.trim()].length;
    this.count.hidden = length < countFrom * this.maxQuestion;
    this.count.textContent = fill(words.count, { n: length, most: this.maxQuestion });
    this.count.classList.toggle("over", length > this.maxQuestion);
    this.showProblem("");
  }

  // add shows a question and gives the view of the answer to come.
  add(turn) {
    const { actions, profile, script } = this;
    this.asked = el("h2", { class: "asked", tabindex: "-1" }, turn.text);
    const answer = new AnswerView(turn, {
      ask: (text) => { if (actions.ask(text) && profile === "elder") this.asked.focus({ preventScroll: true }); },
      retry: () => actions.retry(turn),
      judge: actions.judge,
      announce: (text, seen) => this.announce(text, seen),
      speaker: actions.speaker, profile, script,
    });
    answer.box = el("div", { class: "turn" }, this.asked, answer.element);
    this.draft.append(answer.box);
    document.body.classList.add("conversing");
    return answer;
  }

  // settle puts a turn that has ended where it is announced, whole and once.
  settle(answer) {
    const focused = answer.box.contains(document.activeElement) ? document.activeElement : null;
    this.log.append(answer.box);
    if (focused) focused.focus({ preventScroll: true });
    this.follow();
  }

  // restore puts a turn of earlier where it is not announced.
  restore(answer) {
    this.past.hidden = false;
    this.past.append(answer.box);
  }

  // restored ends the restoring. On the elder page what was asked before makes
  // room for the menu.
  restored() {
    const before = this.past.children.length;
    if (this.profile !== "elder") {
      this.follow();
      return;
    }
    document.body.classList.toggle("conversing", this.draft.firstChild !== null);
    if (before === 0) return;
    const open = button(fill(words.earlier, { n: before }), "button", () => {
      this.past.hidden = !this.past.hidden;
      open.setAttribute("aria-expanded", String(!this.past.hidden));
      open.textContent = this.past.hidden ? fill(words.earlier, { n: before }) : words.earlierLess;
    });
    this.past.hidden = true;
    open.setAttribute("aria-expanded", "false");
    this.past.before(el("p", { class: "again earlier" }, open));
  }

  // offerMenu leads from an answer back to the choices that it was chosen from.
  offerMenu() {
    const { menu } = this;
    if (!menu) return;
    const title = menu.querySelector("h2");
    title.tabIndex = -1;
    const other = button(words.other, "button", () => {
      document.body.classList.remove("conversing");
      window.scrollTo({ top: 0 });
      title.focus({ preventScroll: true });
    });
    menu.before(el("p", { class: "again other" }, other));
  }

  // announce says something to those who hear the page; seen also shows it.
  announce(text, seen = false) {
    clearTimeout(this.noteEnds);
    this.note.remove();
    this.note = el("p", { class: seen ? "note" : "visually-hidden" }, text);
    this.log.append(this.note);
    this.noteEnds = setTimeout(() => this.note.remove(), noteStays);
  }

  // running says whether an answer is being made. What is streamed is not read
  // out piece by piece.
  running(yes) {
    this.draft.setAttribute("aria-busy", String(yes));
    document.body.classList.toggle("running", yes);
    this.send.hidden = yes;
    this.stopButton.hidden = !yes;
    if (yes) this.follow();
    else this.note.remove();
  }

  // follow keeps the newest text in view, but never scrolls its question away.
  follow() {
    if (!this.asked || !document.body.contains(this.asked)) return;
    const top = this.asked.getBoundingClientRect().top + window.scrollY - stuckAtTop() - 12;
    window.scrollTo({ top: Math.min(top, document.documentElement.scrollHeight - window.innerHeight) });
  }

  // address is this page without a question or a menu, for the same reader.
  address() {
    const query = new URLSearchParams(location.search);
    for (const name of [...query.keys()]) if (!["script", "size", "site"].includes(name)) query.delete(name);
    const rest = query.toString();
    return rest ? `${location.pathname}?${rest}` : location.pathname;
  }

  showConnection(text) {
    const news = text !== "" && this.connection.hidden;
    this.connection.hidden = text === "";
    this.connection.textContent = text;
    if (news) this.announce(text);
  }

  showProblem(text) {
    this.problem.hidden = text === "";
    this.problem.textContent = text;
  }
}
