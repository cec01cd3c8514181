// The connection to the server, protocol zhiwen.v1. It comes back by itself
// after a loss, says which frame it had last, and passes every frame on once.

const firstDelay = 500; // ms, doubled with every failure
const longestDelay = 15000;
const limitedDelay = 60000; // after a limit: they count by the minute
const overloadDelay = 30000; // what the visitor is told then
const closePolicy = 1008;
const closeTryLater = 1013;
const closeReplaced = 4001;

export class Socket extends EventTarget {
  // hello gives the fields to introduce ourselves with. Events: "frame"
  // (detail: a server frame), "ready" (connected and up to date), "lost",
  // "replaced" (another window has taken the conversation over).
  constructor(address, hello) {
    super();
    this.address = address;
    this.hello = hello;
    this.session = "";
    this.lastSeq = 0;
    this.ready = false;
    this.failures = 0;
    this.since = performance.now(); // of the present state
    // A network that has changed leaves connections behind that look open.
    window.addEventListener("online", () => this.reopen());
  }

  open() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.address, "zhiwen.v1");
    this.socket = socket;
    socket.addEventListener("open", () => {
      const known = this.session ? { session: this.session, last_seq: this.lastSeq } : {};
      this.write({ type: "hello", ...known, ...this.hello() });
    });
    socket.addEventListener("message", (event) => {
      if (this.socket === socket) this.hear(JSON.parse(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (this.socket === socket) this.lose(event.code);
    });
  }

  reopen() {
    if (!this.socket) return;
    const stale = this.socket;
    this.lose(0);
    stale.close();
    this.open();
  }

  lose(code) {
    this.socket = null;
    if (this.ready) this.since = performance.now();
    this.ready = false;
    if (code === closeReplaced) {
      this.emit("replaced");
      return;
    }
    this.emit("lost");
    let delay = Math.min(firstDelay * 2 ** this.failures, longestDelay);
    if (code === closePolicy) delay = limitedDelay;
    if (code === closeTryLater) delay = overloadDelay;
    this.failures++;
    // Spread, so that a restarted server is not stormed.
    this.timer = setTimeout(() => this.open(), delay * (0.5 + Math.random()));
  }

  hear(frame) {
    if (frame.type === "welcome") {
      this.welcome(frame);
    } else if (!frame.seq) {
      this.emit("frame", frame);
    } else if (frame.seq > this.lastSeq) {
      this.lastSeq = frame.seq;
      this.emit("frame", frame);
    }
    if (!this.ready && this.lastSeq >= this.newest) {
      this.ready = true;
      this.failures = 0;
      this.since = performance.now();
      this.emit("ready");
    }
  }

  welcome(frame) {
    const forgotten = this.session !== "" && frame.session !== this.session;
    if (frame.session !== this.session) this.lastSeq = 0;
    this.session = frame.session;
    this.newest = frame.seq;
    if (forgotten) this.emit("forgotten");
  }

  // write reports whether the frame is on its way.
  write(frame) {
    if (!this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  // readyWithin waits until ready, at most until the socket has been without a
  // connection for ms.
  readyWithin(ms) {
    if (this.ready) return Promise.resolve(true);
    const left = Math.max(0, this.since + ms - performance.now());
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), left);
      this.addEventListener("ready", () => { clearTimeout(timer); resolve(true); }, { once: true });
    });
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
