// The sources of an answer: a card each, with the quotation and the ways to
// the original.

import { textFragment } from "./api.js";
import { button, el, fillWith, link, newPage } from "./dom.js";
import { at } from "./home.js";
import { fill, words } from "./words.js";

// These are the server's words, whatever the script of the page.
const outOfForce = ["\u5e9f\u6b62", "\u5931\u6548"];

// isRecognised holds for words that a program read in a picture: they are not
// shown as the original's.
export function isRecognised(citation) {
  return Boolean(citation.recognised);
}

// sourceName is how a mark is read out.
export function sourceName(citation) {
  const shown = citation.hant || citation;
  return fill(words.sourceName, { n: citation.n, title: shown.title || words.untitled, clause: shown.clause || "" });
}

// Cards shows the citations of an answer; open(n, from) shows a quotation and
// goes to it, and its way back leads to from.
export class Cards {
  constructor(answer) {
    this.cards = new Map();
    const citations = answer.citations || [];
    const title = citations.some(isRecognised) ? words.sourcesRecognised : words.sources;
    this.element = citations.length === 0 ? null : el("section", { class: "sources" },
      el("h3", { class: "sources-title" }, fill(title, { n: citations.length })),
      el("ol", { class: "cards" }, ...citations.map((c) => this.add(c, answer))));
  }

  add(citation, answer) {
    const card = new Card(citation, answer);
    this.cards.set(citation.n, card);
    return card.element;
  }

  open(n, from) {
    const card = this.cards.get(n);
    if (card) card.open(from);
  }
}

class Card {
  constructor(citation, answer) {
    const c = citation;
    const shown = Object.assign({}, c, c.hant || {});
    const recognised = isRecognised(c);
    this.citation = c;
    this.shown = shown;
    this.words = el("blockquote", { lang: c.hant ? "zh-Hant" : "zh-Hans" }, shown.quote);
    this.passage = el("div", {
      class: "passage-box", role: "group", tabindex: "-1", "aria-label": recognised ? words.quotationRecognised : words.quotation,
    }, this.words, c.hant ? this.toggle() : null);
    this.back = el("p", { class: "card-back", hidden: "" }, button(words.back, "link-button", () => this.goBack()));
    this.quote = el("details", { class: "card-quote" },
      el("summary", {}, recognised ? words.showQuoteRecognised : words.showQuote), this.passage, this.back);
    // What the answer quotes is not said twice; what is only named as older stays shut.
    this.quote.hidden = c.quote === ""; // a fact about the document, and nothing of its text
    this.quote.open = !c.older && !(answer.more || answer.text || "").includes(shown.quote) && !(answer.text || "").includes(c.quote);
    this.element = el("li", { class: "card" },
      el("span", { class: "card-number", "aria-hidden": "true" }, String(c.n)),
      el("p", { class: "card-title" }, `《${shown.title || words.untitled}》`),
      this.facts(),
      recognised ? el("p", { class: "card-recognised" }, words.pictureNote) : null,
      this.quote,
      this.links());
  }

  facts() {
    const { shown, citation } = this;
    const facts = [shown.publisher, shown.published, shown.doc_no, shown.clause].filter(Boolean).map((fact) => el("span", {}, fact));
    if (citation.older) facts.push(el("span", {}, words.older));
    if (shown.validity) {
      facts.push(el("span", { class: outOfForce.includes(citation.validity) ? "out-of-force" : null }, shown.validity));
    }
    // A space between them, for those who hear or copy them.
    return el("p", { class: "card-facts" }, ...facts.reduce((all, fact) => all.concat(fact, " "), []));
  }

  links() {
    const { citation: c, shown } = this;
    const named = (text) => Object.assign({ "aria-label": `${text}：${shown.title || words.untitled}${words.newPage}` }, newPage);
    const open = isRecognised(c) ? words.openTextRecognised : words.openText;
    const picture = fill(words.openPicture, { n: c.page });
    return el("p", { class: "card-links" },
      c.page_url ? link(at(c.page_url), named(picture), picture) : null,
      link(at(c.url), Object.assign({ class: "card-open" }, named(open)), open),
      c.source_url ? link(textFragment(c.source_url, c.quote), named(words.openPage), words.openPage) : null);
  }

  // toggle shows the quotation as it is stored, or converted again.
  toggle() {
    const change = button(words.original, "link-button", () => {
      const original = this.words.lang === "zh-Hant";
      this.words.lang = original ? "zh-Hans" : "zh-Hant";
      fillWith(this.words, original ? this.citation.quote : this.shown.quote);
      change.textContent = original ? words.converted : words.original;
    });
    return el("p", { class: "card-original" }, change);
  }

  open(from) {
    this.from = from;
    this.quote.open = true;
    this.back.hidden = false;
    for (let box = this.element.parentElement; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
    this.passage.scrollIntoView({ block: "center" });
    this.passage.focus({ preventScroll: true });
  }

  goBack() {
    this.from.scrollIntoView({ block: "center" });
    this.from.focus({ preventScroll: true });
  }
}
