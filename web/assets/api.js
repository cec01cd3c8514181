// The server's plain HTTP interface.

import { at } from "./home.js";
import { words } from "./words.js";

// post sends a body as JSON and gives the JSON of the answer. What it throws has
// a message for the visitor; a request that was aborted throws an AbortError.
export async function post(path, body, signal) {
  const response = await send(path, { "Content-Type": "application/json" }, JSON.stringify(body), signal);
  return response.json();
}

// send gives the response to a request to a path of the server that went well.
export async function send(path, headers, body, signal) {
  let response;
  try {
    response = await fetch(at(path), { method: "POST", headers, body, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(words.offline);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.message || words.failed);
}

// askByHTTP asks the last of the questions, the others being the earlier turns
// of the conversation, and gives an answer as a final frame has it: for
// networks that let no WebSocket through.
export async function askByHTTP(questions, turn, hello, signal) {
  const body = { turns: questions, profile: hello.profile, script: hello.script, doc: turn.doc, at: turn.at };
  const answer = await post("/api/v1/ask", body, signal);
  return Object.assign({}, answer, { text: answer.answer });
}

// textFragment is the address that opens a page at a quotation, where the
// browser can do so; others open the page.
export function textFragment(address, quote) {
  const line = quote.trim().split("\n")[0].trim();
  const found = [...line].slice(0, 24).join("");
  const escaped = encodeURIComponent(found).replace(/[-!'()*~._]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${address.split("#")[0]}#:~:text=${escaped}`;
}

