// Reading aloud and asking by voice: by the browser where that really works,
// else by the server where it has a service for it.

import { send } from "./api.js";
import { button } from "./dom.js";
import { words } from "./words.js";

const voicesWait = 1500; // ms that a browser gets to name its voices
const longestRecording = 60000; // ms

// Speaker reads texts aloud. able says whether it can; "able" is the event of
// its finding out.
export class Speaker {
  constructor(served, script) {
    this.served = served;
    this.script = script;
    this.voice = null;
    this.playing = null;
    this.found = this.find();
  }

  // A browser may know how to speak and have no Chinese voice. Buttons are there
  // from the first answer on, so voices are looked for at once.
  get able() {
    return this.served || this.choose() !== null;
  }

  choose() {
    const { speechSynthesis: speech } = window;
    if (!speech || !window.SpeechSynthesisUtterance) return null;
    const chinese = speech.getVoices().filter((v) => /^(zh|cmn)([-_]|$)/i.test(v.lang) && !/HK|yue/i.test(v.lang));
    return chinese.find((v) => v.localService) || chinese[0] || null;
  }

  find() {
    return new Promise((resolve) => {
      if (this.choose() || !window.speechSynthesis) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, voicesWait);
      if (window.speechSynthesis.addEventListener) {
        window.speechSynthesis.addEventListener("voiceschanged", () => { clearTimeout(timer); resolve(); }, { once: true });
      }
    });
  }

  // read ends when the text was read, or stop was called.
  async read(text) {
    this.stop();
    const voice = this.choose();
    if (voice) await this.readHere(text, voice);
    else await this.readServed(text);
  }

  readHere(text, voice) {
    return new Promise((resolve, reject) => {
      const utterance = new window.SpeechSynthesisUtterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.9;
      utterance.onend = resolve;
      utterance.onerror = ({ error }) => (error === "canceled" || error === "interrupted" ? resolve() : reject(new Error(error)));
      this.playing = () => { window.speechSynthesis.cancel(); resolve(); };
      window.speechSynthesis.speak(utterance);
    });
  }

  async readServed(text) {
    let stopped = false;
    this.playing = () => { stopped = true; };
    const Context = window.AudioContext || window.webkitAudioContext;
    const context = new Context(); // within the tap: later it may not sound
    try {
      const response = await send("/api/v1/speech", { "Content-Type": "application/json" }, JSON.stringify({ text: text.slice(0, 900) }));
      const sound = await context.decodeAudioData(await response.arrayBuffer());
      if (stopped) return;
      await new Promise((resolve) => {
        const source = context.createBufferSource();
        source.buffer = sound;
        source.connect(context.destination);
        source.onended = resolve;
        this.playing = () => source.stop();
        source.start();
      });
    } finally {
      context.close();
    }
  }

  stop() {
    const { playing } = this;
    this.playing = null;
    if (playing) playing();
  }
}

// listenByVoice puts a button beside the field where speech can be written
// down, else a hint to the microphone of the phone's keyboard. What was heard is
// shown to be read before it is asked.
export async function listenByVoice(view, served) {
  const hint = document.getElementById("voice-hint");
  const listener = await browserListener() || (served && recorder());
  if (!listener) {
    hint.hidden = false;
    return;
  }
  const element = button(words.voice, "button voice-button", async () => {
    if (element.dataset.on) {
      listener.stop();
      return;
    }
    element.dataset.on = "true";
    element.textContent = words.voiceStop;
    try {
      const text = await listener.listen(() => { element.textContent = words.voiceWait; });
      if (text) {
        view.question.value = (view.question.value + text).trim();
        view.measure();
        view.announce(`${text} ${words.voiceCheck}`);
      }
      view.question.focus();
    } catch (error) {
      view.showProblem(error.name === "NotAllowedError" ? words.voiceDenied : error.shown || words.voiceFailed);
      if (error.gone) { // the browser promised what it does not have
        element.remove();
        hint.hidden = false;
      }
    }
    delete element.dataset.on;
    element.textContent = words.voice;
  });
  view.send.before(element);
}

// browserListener is there where the browser says that it recognises Chinese on
// this device; one that would send speech elsewhere is not used, and cannot be
// reached from here.
async function browserListener() {
  const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (!Recognition || !Recognition.available) return null;
  try {
    if (await Recognition.available({ langs: ["zh-CN"], processLocally: true }) !== "available") return null;
  } catch {
    return null;
  }
  let recognition = null;
  return {
    stop: () => recognition && recognition.stop(),
    listen: () => new Promise((resolve, reject) => {
      recognition = new Recognition();
      recognition.lang = "zh-CN";
      recognition.processLocally = true;
      let text = "";
      recognition.onresult = ({ results }) => { text = [...results].map((r) => r[0].transcript).join(""); };
      recognition.onerror = ({ error }) => reject(Object.assign(new Error(error), {
        name: error === "not-allowed" ? "NotAllowedError" : "Error", gone: error === "service-not-allowed" || error === "language-not-supported",
      }));
      recognition.onend = () => resolve(text);
      recognition.start();
    }),
  };
}

// recorder records and lets the server write down.
function recorder() {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !window.MediaRecorder) return null;
  let recording = null;
  return {
    stop: () => recording && recording.state === "recording" && recording.stop(),
    async listen(wait) {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      recording = new MediaRecorder(stream);
      recording.ondataavailable = ({ data }) => parts.push(data);
      const ended = new Promise((resolve) => { recording.onstop = resolve; });
      const timer = setTimeout(() => this.stop(), longestRecording);
      recording.start();
      await ended;
      clearTimeout(timer);
      for (const track of stream.getTracks()) track.stop();
      wait();
      const type = recording.mimeType || "audio/webm";
      try {
        const response = await send("/api/v1/transcribe", { "Content-Type": type }, new Blob(parts, { type }));
        return (await response.json()).text;
      } catch (error) {
        throw Object.assign(error, { shown: error.message });
      }
    },
  };
}

