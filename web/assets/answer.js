// One answer on the screen: its text with marks, its sources, and what can be
// done about it.

import { button, el, link, newPage } from "./dom.js";

const stages = {
  search: "正在查找公开文件……",
  read: "正在核对原文……",
  write: "正在整理回答……",
};
const reasons = ["答非所问", "内容过期", "看不懂", "链接打不开"];
const outOfForce = ["废止", "失效"];

export class AnswerView {
  // actions: { ask(text), retry(), judge(answerID, rating, reasons) }
  constructor(actions) {
    this.actions = actions;
    this.text = "";
    this.citations = [];
    this.words = el("div", { class: "answer-text" });
    this.waiting = el("p", { class: "stage" }, stages.search);
    this.element = el("article", { class: "answer", "aria-label": "回答" }, this.words, this.waiting);
  }

  stage(name) {
    if (stages[name]) this.waiting.textContent = stages[name];
  }

  sources(citations) {
    this.citations = citations;
    this.waiting.textContent = `找到${citations.length}处${citations.some(isRecognised) ? "文字" : "原文"}，正在整理回答……`;
  }

  delta(text) {
    this.text += text;
    this.words.replaceChildren(...annotate({ text: this.text, citations: this.citations }));
  }

  // finish shows the answer as it is meant, whatever was streamed before.
  finish(answer) {
    const words = el("div", { class: "answer-text" }, ...annotate(answer));
    this.element.replaceChildren(...[
      answer.label ? el("p", { class: "answer-label" }, answer.label) : null,
      words,
      answer.handoff ? handoff(answer.handoff) : null,
      ...sourceList(answer),
      this.suggestions(answer.suggestions ?? []),
      answer.citations?.length ? this.feedback(answer.answer_id) : null,
    ].filter(Boolean));
  }

  // fail keeps what was shown and offers to ask again.
  fail(message) {
    this.waiting.remove();
    this.element.append(el("div", { class: "answer-problem" },
      el("p", { class: "problem" }, message),
      button("重新提问", "button", this.actions.retry)));
  }

  suggestions(questions) {
    if (questions.length === 0) return null;
    const items = questions.map((text) => el("li", {}, button(text, "suggestion", () => this.actions.ask(text))));
    return el("ul", { class: "suggestions", "aria-label": "您还可以问" }, ...items);
  }

  feedback(answerID) {
    const box = el("div", { class: "feedback", role: "group", "aria-label": "评价这个回答" });
    const thank = () => box.replaceChildren(el("p", {}, "感谢您的反馈。"));
    const judge = (rating, chosen) => {
      if (this.actions.judge(answerID, rating, chosen)) thank();
    };
    const why = () => {
      const items = reasons.map((reason) => el("li", {}, button(reason, "button", () => judge("useless", [reason]))));
      box.replaceChildren(el("p", {}, "哪里没有帮上忙？"), el("ul", { class: "reasons" }, ...items));
      box.querySelector("button").focus();
    };
    box.append("这个回答", button("有用", "button", () => judge("useful")), button("没用", "button", why));
    return box;
  }
}

// annotate gives the nodes of an answer's text: [n] leads to the source,
// a title that is named leads to its document, and the words that answer stand
// out.
function annotate({ text, highlight, citations = [], nearest = [] }) {
  const spans = [];
  for (const match of text.matchAll(/\[(\d{1,2})\]/g)) {
    const citation = citations.find((c) => c.n === Number(match[1]));
    if (citation) spans.push({ start: match.index, end: match.index + match[0].length, node: () => mark(citation) });
  }
  for (const near of nearest) {
    const title = `《${near.title}》`;
    const start = text.indexOf(title);
    if (start >= 0) spans.push({ start, end: start + title.length, node: () => link(near.url, newPage, title) });
  }
  const start = highlight ? text.indexOf(highlight) : -1;
  if (start >= 0) spans.push({ start, end: start + highlight.length, node: () => el("mark", {}, highlight) });

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

function mark(citation) {
  const name = `出处${citation.n}：${citation.title}，在新页面打开`;
  return link(citation.url, { ...newPage, class: "mark", "aria-label": name, title: citation.title }, String(citation.n));
}

function handoff({ text, phone }) {
  return el("p", { class: "handoff" }, link(`tel:${phone}`, { class: "button" }, `${text} ${phone}`));
}

function sourceList({ text, citations }) {
  if (!citations?.length) return [];
  return [
    el("h3", { class: "sources-title" }, `${citations.some(isRecognised) ? "" : "原文"}出处（${citations.length}）`),
    el("ol", { class: "cards" }, ...citations.map((c) => card(c, text))),
  ];
}

// isRecognised holds for words that a program read in a picture: they are not
// shown as the original's.
function isRecognised(c) {
  return Boolean(c.recognised);
}

function card(c, text) {
  const facts = [
    c.publisher && el("span", {}, c.publisher),
    c.published && el("span", {}, c.published),
    c.doc_no && el("span", {}, c.doc_no),
    c.clause && el("span", {}, c.clause),
    c.validity && el("span", { class: outOfForce.includes(c.validity) ? "out-of-force" : null }, c.validity),
  ].filter(Boolean);
  const quote = c.quote === "" ? null : el("details", { class: "card-quote" }, el("summary", {}, isRecognised(c) ? "识别的文字" : "引用的原文"), el("blockquote", {}, c.quote));
  const where = isRecognised(c) ? "在全文中查看" : "在原文中查看";
  const open = link(c.url, { ...newPage, class: "card-open", "aria-label": `${where}：${c.title}，在新页面打开` }, where);
  if (quote) quote.open = !text.includes(c.quote); // what the answer quotes is not said twice
  return el("li", { class: "card" },
    el("span", { class: "card-number", "aria-hidden": "true" }, String(c.n)),
    el("p", { class: "card-title" }, `《${c.title}》`),
    el("p", { class: "card-facts" }, ...facts),
    isRecognised(c) ? el("p", { class: "card-recognised" }, "由图像识别，请以原件为准") : null,
    quote,
    el("p", { class: "card-links" },
      c.page_url ? link(c.page_url, { ...newPage, "aria-label": `查看原件第${c.page}页：${c.title}，在新页面打开` }, `查看原件第${c.page}页`) : null,
      open,
      c.source_url ? link(c.source_url, { ...newPage, "aria-label": `来源网页：${c.title}，在新页面打开` }, "来源网页") : null));
}
