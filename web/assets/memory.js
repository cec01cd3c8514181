// What survives a reload of the page, in this tab only and until it is closed:
// the conversation on the screen and the name under which the server knows it.

const key = "zhiwen.conversation";
const kept = 50; // turns

export function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {}; // no storage, or not ours
  }
}

// remember takes { session, lastSeq, turns: [{ id, text, answer?, problem? }] }.
export function remember({ session, lastSeq, turns }) {
  try {
    sessionStorage.setItem(key, JSON.stringify({ session, lastSeq, turns: turns.slice(-kept) }));
  } catch {
    // Full or forbidden: the conversation then ends with the page.
  }
}
