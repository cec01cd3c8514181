// One answer on the screen: its text with marks, its sources, and what can be
// done about it.

import { Cards, isRecognised, sourceName } from "./cards.js";
import { button, el, fillWith, link, newPage } from "./dom.js";
import { at } from "./home.js";
import { answerTools } from "./tools.js";
import { fill, words } from "./words.js";

export class AnswerView {
  // turn: { text }. actions: { ask(text), retry(), judge(answerID, rating,
  // reasons), announce(text), profile, speaker }
  constructor(turn, actions) {
    this.turn = turn;
    this.actions = actions;
    this.text = "";
    this.citations = [];
    this.cards = new Cards({});
    this.words = el("div", { class: "answer-text" });
    this.waiting = el("p", { class: "stage" }, words.stages.search);
    this.label = el("p", { class: "answer-label", hidden: "" });
    this.element = el("article", { class: "answer", "aria-label": words.answer }, this.label, this.words, this.waiting);
  }

  // stage shows what is being done, and what the words that follow are.
  stage(name, label) {
    this.label.hidden = !label;
    this.label.textContent = label || "";
    if (words.stages[name]) this.waiting.textContent = words.stages[name];
  }

  sources(citations) {
    this.citations = citations;
    const found = citations.some(isRecognised) ? words.foundRecognised : words.found;
    this.waiting.textContent = fill(found, { n: citations.length });
  }

  delta(text) {
    this.text += text;
    fillWith(this.words, ...this.annotate({ text: this.text, citations: this.citations }));
  }

  // finish shows the answer as it is meant, whatever was streamed before. What
  // stands in .aside is not read out when the answer is announced.
  finish(answer) {
    this.cards = new Cards(answer);
    const lang = answer.hant ? "zh-Hant" : null;
    const elder = this.actions.profile === "elder";
    const aside = el("div", { class: "aside", "aria-live": "off" });
    fillWith(this.element,
      answer.label ? el("p", { class: "answer-label" }, answer.label) : null,
      el("div", { class: "answer-text", lang }, ...this.annotate(answer)),
      answer.hant && answer.hant.note ? el("p", { class: "converted", lang }, answer.hant.note) : null,
      ...this.further(answer, lang),
      ...(answer.phones || []).map((phone) => call(fill(words.call, { phone }), phone)),
      answer.handoff ? handoff(answer.handoff) : null,
      aside);
    const sources = this.cards.element;
    aside.append(...[
      elder && sources ? folded(fill(words.sources, { n: answer.citations.length }), sources) : sources,
      this.suggestions(answer.suggestions || []),
      ...answerTools(this.turn, answer, this.element, this.actions),
      answer.citations && answer.citations.length ? this.feedback(answer.answer_id) : null,
    ].filter(Boolean));
  }

  // further gives what an answer in the elder profile keeps for a tap: the next
  // steps, or the whole of it.
  further(answer, lang) {
    const steps = (answer.steps || []).slice(1);
    if (steps.length > 0) {
      const shown = el("div", { class: "steps" });
      const next = button(fill(words.nextStep, { n: steps.length }), "button primary next-step", () => {
        const text = steps.shift();
        shown.append(el("div", { class: "answer-text step", lang }, ...this.annotate({ text, citations: answer.citations })));
        if (steps.length === 0) next.remove();
        else next.textContent = fill(words.nextStep, { n: steps.length });
      });
      return [shown, next];
    }
    if (!answer.more) return [];
    const whole = el("div", { class: "answer-text whole", lang, hidden: "" }, ...this.annotate({ text: answer.more, citations: answer.citations }));
    const open = button(words.more, "button more-button", () => {
      whole.hidden = !whole.hidden;
      open.setAttribute("aria-expanded", String(!whole.hidden));
      open.textContent = whole.hidden ? words.more : words.less;
    });
    open.setAttribute("aria-expanded", "false");
    return [whole, open];
  }

  // fail keeps what was shown and offers to ask again.
  fail(message) {
    this.waiting.remove();
    this.element.append(el("div", { class: "answer-problem" },
      el("p", { class: "problem" }, message),
      button(words.retry, "button", this.actions.retry)));
  }

  suggestions(questions) {
    if (questions.length === 0) return null;
    const items = questions.map((text) => el("li", {}, button(text, "suggestion", () => this.actions.ask(text))));
    return el("ul", { class: "suggestions", "aria-label": words.suggestions }, ...items);
  }

  feedback(answerID) {
    const box = el("div", { class: "feedback", role: "group", "aria-label": words.judgeName });
    const say = (text) => {
      fillWith(box, el("p", {}, text));
      this.actions.announce(text);
    };
    const judge = async (rating, chosen) => {
      try {
        await this.actions.judge(answerID, rating, chosen);
        say(words.thanks);
      } catch {
        say(words.notJudged);
      }
    };
    const why = () => {
      const items = words.reasons.map((reason) => el("li", {}, button(reason, "button", () => judge("useless", [reason]))));
      fillWith(box, el("p", {}, words.why), el("ul", { class: "reasons" }, ...items));
      box.querySelector("button").focus();
    };
    box.append(el("span", {}, words.judge), button(words.useful, "button", () => judge("useful", [])), button(words.useless, "button", why));
    return box;
  }

  // annotate gives the nodes of an answer's text: [n] leads to the source, a
  // title that is named leads to its document, and the words that answer stand
  // out.
  annotate({ text, highlight, hant, citations = [], nearest = [] }) {
    const spans = [];
    const marks = /\[(\d{1,2})\]/g;
    for (let match = marks.exec(text); match; match = marks.exec(text)) {
      const citation = citations.find((c) => c.n === Number(match[1]));
      if (citation) spans.push({ start: match.index, end: match.index + match[0].length, node: () => this.mark(citation) });
    }
    for (const near of nearest) {
      const title = `《${(near.hant && near.hant.title) || near.title}》`;
      const start = text.indexOf(title);
      if (start >= 0) spans.push({ start, end: start + title.length, node: () => link(at(near.url), newPage, title) });
    }
    const answering = (hant && hant.highlight) || highlight;
    const start = answering ? text.indexOf(answering) : -1;
    if (start >= 0) spans.push({ start, end: start + answering.length, node: () => el("mark", {}, answering) });

    const nodes = [];
    let at = 0;
    for (const span of spans.sort((a, b) => a.start - b.start)) {
      if (span.start < at) continue;
      nodes.push(text.slice(at, span.start), span.node());
      at = span.end;
    }
    nodes.push(text.slice(at));
    return nodes;
  }

  mark(citation) {
    const element = button(String(citation.n), "mark", () => this.cards.open(citation.n, element));
    element.setAttribute("aria-label", sourceName(citation));
    return element;
  }
}

// folded keeps what is beside the matter behind a tap.
export function folded(name, ...children) {
  return el("details", { class: "folded" }, el("summary", {}, name), ...children);
}

function call(text, phone) {
  return el("p", { class: "handoff" }, link(`tel:${phone.replace(/[^\d+]/g, "")}`, { class: "button phone-button" }, text));
}

// handoff is the way to a person: the number, and where it is known whose it is
// and when somebody answers.
function handoff({ text, phone, department, hours, open_now: open }) {
  const notes = [department, hours && fill(words.hours, { hours })].filter(Boolean);
  if (open === true) notes.push(words.open);
  return el("div", { class: "handoff-box" }, notes.length ? el("p", { class: "handoff-notes" }, notes.join("，")) : null,
    call(`${text} ${phone}`, phone));
}
