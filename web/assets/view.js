// The chat page's fixed parts: the list of messages and the form below it.

import { AnswerView } from "./answer.js";
import { el } from "./dom.js";

const countFrom = 0.8; // of the longest question: from there on it is counted

export class ChatView {
  // actions: { ask(text), stop(), retry(turn), judge(answerID, rating, reasons) }
  constructor(root, actions) {
    this.actions = actions;
    this.maxQuestion = Number(root.dataset.maxQuestion);
    this.log = document.getElementById("log");
    this.form = document.getElementById("composer");
    this.input = document.getElementById("question");
    this.send = document.getElementById("send");
    this.stop = document.getElementById("stop");
    this.count = document.getElementById("count");
    this.connection = document.getElementById("connection");
    this.problem = document.getElementById("problem");

    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("input", () => this.measure());
    // Enter sends and Shift+Enter breaks the line. The line break is what counts,
    // not the key: an input method takes Enter to confirm a word, and the
    // keyboard of a phone need not name its keys.
    this.input.addEventListener("keydown", (event) => { this.shift = event.shiftKey; });
    this.input.addEventListener("beforeinput", (event) => {
      if (event.inputType === "insertLineBreak" && !this.shift) {
        event.preventDefault();
        this.submit();
      }
    });
    this.stop.addEventListener("click", () => { actions.stop(); this.input.focus(); });
    for (const sample of document.querySelectorAll(".sample")) {
      sample.addEventListener("click", () => actions.ask(sample.textContent));
    }
  }

  submit() {
    const text = this.input.value.trim();
    if (text === "") {
      this.showProblem("请输入您想咨询的问题。");
    } else if ([...text].length > this.maxQuestion) {
      this.showProblem(`问题太长了，请控制在${this.maxQuestion}个字以内。`);
    } else if (this.actions.ask(text)) {
      this.input.value = "";
      this.measure();
    }
  }

  // measure fits the field to its text and counts when it gets long.
  measure() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    const length = [...this.input.value.trim()].length;
    this.count.hidden = length < countFrom * this.maxQuestion;
    this.count.textContent = `${length}/${this.maxQuestion}字`;
    this.count.classList.toggle("over", length > this.maxQuestion);
    this.showProblem("");
  }

  // add shows a question and gives the view of the answer to come.
  add(turn) {
    this.asked = el("div", { class: "asked" }, el("p", {}, turn.text));
    const answer = new AnswerView({
      ask: this.actions.ask,
      judge: this.actions.judge,
      retry: () => this.actions.retry(turn),
    });
    this.log.append(this.asked, answer.element);
    return answer;
  }

  // running says whether an answer is being made. What is streamed is not read
  // out piece by piece: the log is busy until the whole answer stands.
  running(yes) {
    this.log.setAttribute("aria-busy", String(yes));
    this.send.hidden = yes;
    this.stop.hidden = !yes;
  }

  // follow keeps the newest text in view, but never scrolls its question away.
  follow() {
    if (!this.asked) return;
    const header = document.querySelector(".site-header").offsetHeight;
    const top = this.asked.getBoundingClientRect().top + window.scrollY - header - 12;
    window.scrollTo({ top: Math.min(top, document.documentElement.scrollHeight - window.innerHeight) });
  }

  showConnection(text) {
    this.connection.hidden = text === "";
    this.connection.textContent = text;
  }

  showProblem(text) {
    this.problem.hidden = text === "";
    this.problem.textContent = text;
  }
}
