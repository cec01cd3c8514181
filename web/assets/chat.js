// The page on which visitors ask: one conversation, one question at a time.

import { askByHTTP, post } from "./api.js";
import { at } from "./home.js";
import { leave, recall, remember } from "./memory.js";
import { keepScript, keepSize } from "./settings.js";
import { Socket } from "./socket.js";
import { Speaker } from "./speech.js";
import { ChatView } from "./view.js";
import { words } from "./words.js";

const socketWait = 3000; // ms without a connection, then questions go by HTTP
const patience = 3000; // ms without an answer, then the visitor is told to wait

const root = document.querySelector("main.chat");
const { profile, script } = root.dataset;
const maxTurns = Number(root.dataset.maxTurns);
const hello = () => ({ profile, script: script === "hant" ? script : undefined, page: root.dataset.page }); // page: that the chat is shown on
const address = at("/ws").replace(/^http/, "ws");

const socket = new Socket(address, hello);
const speaker = new Speaker(root.dataset.speech === "true", script);
const view = new ChatView(root, { ask, stop, retry, judge, fresh, speaker });

// turns: { id, text, doc?, at?, answer?, problem?, view, sent?, heard?,
// request? }. doc, at: a section was chosen; sent: it went over the socket;
// heard: the server has said something about it; request: it went by HTTP.
const turns = [];
let begun = 0; // when the conversation began; its name on this device
let running = null; // the turn that is being answered
let settledSeq = 0; // the last frame before the running answer
let owedStop = null; // the id of a question that was stopped while cut off
let waiting = 0; // timer of the running answer
let goOn = 0; // timer of a lost connection

function ask(text, chosen = {}) {
  if (running) {
    view.showProblem(words.busy);
    return false;
  }
  begun = begun || Date.now();
  const turn = Object.assign({ id: newID(), text }, chosen);
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
  waiting = setTimeout(() => view.announce(words.searching), patience);
  keep();
  deliver(turn);
}

async function deliver(turn) {
  const ready = await socket.readyWithin(socketWait);
  if (running !== turn || turn.heard || turn.request) return;
  if (!ready || !send(turn)) deliverByHTTP(turn);
}

async function deliverByHTTP(turn) {
  if (turn.request) return;
  turn.request = new AbortController();
  // The questions of this conversation that were answered, then this one.
  const questions = turns.filter((t) => t.answer || t === turn).map((t) => t.text);
  try {
    const answer = await askByHTTP(questions.slice(-maxTurns), turn, hello(), turn.request.signal);
    if (running === turn) finish(answer);
  } catch (error) {
    if (running === turn) fail(error.message);
  }
}

function send(turn) {
  turn.sent = socket.write({ type: "ask", id: turn.id, text: turn.text, doc: turn.doc, at: turn.at });
  return turn.sent;
}

function stop() {
  if (!running) return;
  if (!running.request && socket.ready && socket.write({ type: "stop", id: running.id })) {
    return; // the server answers with what it had shown
  }
  if (running.sent) owedStop = running.id;
  finish({ text: running.view.text || words.stopped, citations: running.view.citations });
}

function retry(turn) {
  ask(turn.text, { doc: turn.doc, at: turn.at });
}

// judge sends a judgement of an answer, or of the service without one; it
// fails where that was not possible.
async function judge(answerID, rating, reasons, text) {
  const judgement = { answer_id: answerID, rating, reasons, text };
  if (socket.ready && socket.write(Object.assign({ type: "feedback" }, judgement))) return;
  await post("/api/v1/feedback", judgement);
}

// fresh begins another conversation; this one stays in the history.
function fresh() {
  leave();
  location.href = view.address();
}

function finish(answer) {
  running.answer = answer;
  end((turn) => turn.view.finish(answer));
}

function fail(message) {
  running.problem = message;
  end((turn) => turn.view.fail(message));
}

function end(show) {
  const turn = running;
  clearTimeout(waiting);
  clearTimeout(goOn);
  if (turn.request) turn.request.abort();
  running = null;
  show(turn);
  view.running(false);
  view.settle(turn.view);
  keep();
}

function keep() {
  if (!running) settledSeq = socket.lastSeq;
  remember({
    session: socket.session,
    lastSeq: settledSeq, // a running answer is heard again from its beginning
    at: begun,
    turns: turns.map(({ id, text, doc, at, answer, problem }) => ({ id, text, doc, at, answer, problem })),
  });
}

// restore shows the conversation that this tab had before it was reloaded, and
// goes on with the question that was being answered.
function restore() {
  const past = recall();
  socket.session = past.session || "";
  socket.lastSeq = settledSeq = past.lastSeq || 0;
  begun = past.at || 0;
  for (const { id, text, doc, at, answer, problem } of past.turns || []) {
    const turn = { id, text, doc, at, answer, problem };
    show(turn);
    if (answer) turn.view.finish(answer);
    else if (problem) turn.view.fail(problem);
    else begin(turn);
    if (turn !== running) view.restore(turn.view);
  }
  view.restored();
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
      running.view.stage(frame.stage, frame.label);
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
  clearTimeout(goOn);
  view.showConnection("");
  if (owedStop) {
    socket.write({ type: "stop", id: owedStop });
    owedStop = null;
  }
  // A question that went into a dying connection is asked again; the server
  // knows it by its id if it had arrived.
  if (running && running.sent && !running.heard && !running.request) send(running);
  keep();
});

socket.addEventListener("forgotten", () => {
  if (running && running.sent && !running.request) fail(words.interrupted);
});

// A connection that does not come back is done without: the answer is asked for
// in the other way, and whichever comes first is shown.
socket.addEventListener("lost", () => {
  if (!running || !running.sent || running.request) return;
  const turn = running;
  view.showConnection(words.reconnecting);
  clearTimeout(goOn);
  goOn = setTimeout(async () => {
    if (await socket.readyWithin(socketWait) || running !== turn) return;
    view.showConnection("");
    deliverByHTTP(turn);
  }, 0);
});

socket.addEventListener("replaced", () => {
  view.showConnection("");
  view.showProblem(words.replaced);
});

if (!keepScript(script)) { // else the page is being opened in the other script
  keepSize();
  restore();
  socket.open();
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && asked.trim()) {
    history.replaceState(null, "", view.address());
    view.clear();
    ask(asked.trim());
  }
  document.body.dataset.ready = "true"; // for whoever waits for the page to be one conversation
}
