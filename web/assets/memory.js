// What stays on this device: the conversation of this tab until it is closed,
// and those that were held here, until the visitor deletes them.

const current = "zhiwen.conversation";
const past = "zhiwen.history";
const settings = "zhiwen.settings";
const kept = 50; // turns of a conversation
const keptConversations = 20;

// A long run of figures may be an identity, card or telephone number: it is not
// left on a device that others may use.
const personal = /[0-9０-９][0-9０-９Xx\s-]{9,}/g;

function read(storage, key, otherwise) {
  try {
    return JSON.parse(window[storage].getItem(key)) || otherwise;
  } catch {
    return otherwise; // no storage, or not ours
  }
}

function write(storage, key, value) {
  try {
    window[storage].setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: what was said then ends with the page.
  }
}

export function recall() {
  return read("sessionStorage", current, {});
}

// remember takes { session, lastSeq, at, turns: [{ id, text, answer?, problem? }] }.
export function remember(conversation) {
  const shorter = Object.assign({}, conversation, { turns: conversation.turns.slice(-kept) });
  write("sessionStorage", current, shorter);
  const answered = shorter.turns.filter((turn) => turn.answer)
    .map((turn) => Object.assign({}, turn, { text: turn.text.replace(personal, "＊＊＊") }));
  if (answered.length === 0) return;
  const others = history().filter((c) => c.at !== shorter.at);
  write("localStorage", past, [Object.assign({}, shorter, { turns: answered }), ...others].slice(0, keptConversations));
}

// history gives the conversations held on this device, the last one first.
export function history() {
  const all = read("localStorage", past, []);
  return Array.isArray(all) ? all.filter((c) => c && Array.isArray(c.turns) && c.turns.length > 0) : [];
}

// forget deletes a conversation, or all without one. That of this tab ends, too,
// if it is among them. It gives the names of those that a server holds.
export function forget(at) {
  const gone = history().concat([recall()]).filter((c) => at === undefined || c.at === at);
  write("localStorage", past, at === undefined ? [] : history().filter((c) => c.at !== at));
  if (at === undefined || recall().at === at) leave();
  return [...new Set(gone.map((c) => c.session).filter(Boolean))];
}

// reopen makes a conversation that of this tab.
export function reopen(conversation) {
  write("sessionStorage", current, conversation);
}

// leave ends the conversation of this tab; it stays in the history.
export function leave() {
  write("sessionStorage", current, {});
}

export function setting(name) {
  return read("localStorage", settings, {})[name];
}

export function set(name, value) {
  write("localStorage", settings, Object.assign(read("localStorage", settings, {}), { [name]: value }));
}
