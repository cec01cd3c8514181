// The chat page: one conversation, one question at a time.

import { askByHTTP } from "./api.js";
import { recall, remember } from "./memory.js";
import { Socket } from "./socket.js";
import { ChatView } from "./view.js";

const socketWait = 3000; // ms without a connection, then questions go by HTTP

const root = document.querySelector("main.chat");
const maxTurns = Number(root.dataset.maxTurns);
const hello = () => ({ profile: "standard", script: "hans" });
const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

const socket = new Socket(address, hello);
const view = new ChatView(root, { ask, stop, retry, judge });

// turns: { id, text, answer?, problem?, view, sent?, heard?, request? }. sent: it
// went over the socket; heard: the server has said something about it;
// request: it went by HTTP.
const turns = [];
let running = null; // the turn that is being answered
let settledSeq = 0; // the last frame before the running answer
let owedStop = null; // the id of a question that was stopped while cut off

function ask(text) {
  if (running) {
    view.showProblem("上一个问题还在回答，请稍候，或先停止它再提问。");
    return false;
  }
  const turn = { id: newID(), text };
  show(turn);
  begin(turn);
  return true;
}

// IDs need only differ within a conversation, over reloads of the page.
function newID() {
  return `q${Date.now().toString(36)}`;
}

function show(turn) {
  turn.view = view.add(turn);
  turns.push(turn);
}

function begin(turn) {
  running = turn;
  view.showProblem("");
  view.running(true);
  view.follow();
  keep();
  deliver(turn);
}

async function deliver(turn) {
  const ready = await socket.readyWithin(socketWait);
  if (running !== turn || turn.heard) return;
  if (ready && send(turn)) return;
  turn.request = new AbortController();
  // The questions of this conversation that were answered, then this one.
  const questions = turns.filter((t) => t.answer || t === turn).map((t) => t.text);
  try {
    const answer = await askByHTTP(questions.slice(-maxTurns), hello(), turn.request.signal);
    if (running === turn) finish(answer);
  } catch (error) {
    if (running === turn) fail(error.message);
  }
}

function send(turn) {
  turn.sent = socket.write({ type: "ask", id: turn.id, text: turn.text });
  return turn.sent;
}

function stop() {
  if (!running) return;
  if (running.request) {
    running.request.abort();
  } else if (socket.ready && socket.write({ type: "stop", id: running.id })) {
    return; // the server answers with what it had shown
  } else if (running.sent) {
    owedStop = running.id;
  }
  finish({ text: running.view.text || "已停止回答。", citations: running.view.citations });
}

function retry(turn) {
  ask(turn.text);
}

// judge reports whether the judgement was sent.
function judge(answerID, rating, reasons = []) {
  return socket.write({ type: "feedback", answer_id: answerID, rating, reasons });
}

function finish(answer) {
  running.answer = answer;
  end(() => running.view.finish(answer));
}

function fail(message) {
  running.problem = message;
  end(() => running.view.fail(message));
}

function end(show) {
  view.running(false); // first: what is added to a log at rest is read out
  show();
  running = null;
  keep();
  view.follow();
}

function keep() {
  if (!running) settledSeq = socket.lastSeq;
  remember({
    session: socket.session,
    lastSeq: settledSeq, // a running answer is heard again from its beginning
    turns: turns.map(({ id, text, answer, problem }) => ({ id, text, answer, problem })),
  });
}

// restore shows the conversation that this tab had before it was reloaded, and
// goes on with the question that was being answered.
function restore() {
  const past = recall();
  socket.session = past.session ?? "";
  socket.lastSeq = settledSeq = past.lastSeq ?? 0;
  for (const { id, text, answer, problem } of past.turns ?? []) {
    const turn = { id, text, answer, problem };
    show(turn);
    if (answer) turn.view.finish(answer);
    else if (problem) turn.view.fail(problem);
    else begin(turn);
  }
  view.follow();
}

socket.addEventListener("frame", ({ detail: frame }) => {
  if (frame.type === "error" && !frame.id) {
    view.showProblem(frame.message);
    return;
  }
  if (!running || frame.id !== running.id) return;
  running.heard = true;
  switch (frame.type) {
    case "status":
      running.view.stage(frame.stage);
      break;
    case "sources":
      running.view.sources(frame.citations);
      break;
    case "delta":
      running.view.delta(frame.text);
      view.follow();
      break;
    case "final":
      finish(frame);
      break;
    case "error":
      fail(frame.message);
  }
});

socket.addEventListener("ready", () => {
  view.showConnection("");
  if (owedStop) {
    socket.write({ type: "stop", id: owedStop });
    owedStop = null;
  }
  // A question that went into a dying connection is asked again; the server
  // knows it by its id if it had arrived.
  if (running?.sent && !running.heard) send(running);
  keep();
});

socket.addEventListener("forgotten", () => {
  if (running?.sent) fail("回答被中断了，请重新提问。");
});

socket.addEventListener("lost", () => {
  if (running?.sent) view.showConnection("连接中断，正在重新连接……");
});

socket.addEventListener("replaced", () => {
  view.showConnection("");
  view.showProblem("这个会话已在另一个窗口打开。要在这里继续，请刷新页面。");
});

restore();
socket.open();
