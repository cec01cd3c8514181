// The 智能问答 launcher for any page of a site:
//
//   <script src="https://ask.example.gov.cn/widget.js" async></script>
//
// puts a button in the corner; what it opens is the chat of our own server in a
// frame, so that nothing of the page reaches the chat and nothing of the chat
// the page. A page that may not hold the frame gets a link to the chat instead.
// The button lives in a shadow tree whose rules win over the page's own; nothing
// is loaded before it is pressed, and nothing of the page is changed.
//
// The page may place <zhiwen-chat> itself, or leave that to this script, which
// then takes the attributes from its own tag (data-side for side).
//
//   side="left"           the other corner
//   bottom="96"           pixels from the lower edge, where something else is there
//   elder                 长辈版
//   size="large"          small, medium, large: 字体大小
//   script="hant"         繁體; without it as the page's own lang says
//   contrast="high"       高对比
//   cursor="large"        特大鼠标
//   hidden                not shown
//
// A page's toolbar changes the attributes, or says
//
//   window.postMessage({ zhiwen: "set", elder: true, size: "large" }, location.origin);
//
// with the attributes' names; "open" and "close" instead of "set" do as they
// say. Methods open() and close() do too, and so does a click on any element of
// the page that has the attribute data-zhiwen-open. Events on the element:
// zhiwen-open, zhiwen-close.
//
// Written for Chromium 74 and pages of any age: no syntax and no layout that is
// younger, no use of anything that old libraries replace.
(() => {
  "use strict";

  const css = "{widget.css}"; // both are put in by the server
  const sites = "{sites}";
  const me = document.currentScript;
  const server = new URL(".", me.src).href; // where the server is, below a path or not
  const home = new URL(server).origin;
  const here = self.origin; // "null" in a sandbox, where location.origin is not
  const name = "zhiwen-chat";
  const settings = ["elder", "size", "script", "contrast", "cursor"];
  // How long the chat may take to come before another way to it is offered. It
  // stays offered, and the chat is still waited for.
  const patience = 8000;

  if (!window.customElements || customElements.get(name)) return; // one is enough

  const words = {
    hans: {
      title: "智能问答", open: "智能问答", close: "关闭智能问答", apart: "在新窗口打开智能问答", apartNote: "智能问答，在新窗口打开",
      loading: "正在打开……", slow: "打开得有点慢，可以再等一等，也可以在新窗口打开。", blocked: "这个页面不能直接显示智能问答，请在新窗口打开。",
      frame: "智能问答对话", go: "在新窗口打开", news: (n) => `智能问答，有${n}条新回答`,
    },
    hant: {
      title: "智能問答", open: "智能問答", close: "關閉智能問答", apart: "在新視窗打開智能問答", apartNote: "智能問答，在新視窗打開",
      loading: "正在打開……", slow: "打開得有點慢，可以再等一等，也可以在新視窗打開。", blocked: "這個頁面不能直接顯示智能問答，請在新視窗打開。",
      frame: "智能問答對話", go: "在新視窗打開", news: (n) => `智能問答，有${n}條新回答`,
    },
  };

  // make builds an element of the shadow tree.
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const key of Object.keys(attributes)) element.setAttribute(key, attributes[key]);
    element.append(...children);
    return element;
  }

  // icon draws strokes in a square of 24.
  function icon(strokes) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    for (const stroke of strokes) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", stroke);
      svg.append(path);
    }
    return svg;
  }

  const icons = {
    chat: ["M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z", "M8 9h8", "M8 12.5h5"],
    close: ["M6 6l12 12", "M18 6L6 18"],
    apart: ["M9 5H5v14h14v-4", "M13 5h6v6", "M19 5l-8 8"],
  };

  class ZhiwenChat extends HTMLElement {
    static get observedAttributes() {
      return [...settings, "bottom"];
    }

    constructor() {
      super();
      this.opened = false;
      this.ready = false; // the chat in the frame has said so
      this.blocked = !framable();
      this.news = 0;
      this.onMessage = (event) => this.hear(event);
      this.onKey = (event) => this.key(event);
      this.onFocus = (event) => this.keepFocus(event);
      this.onViolation = (event) => this.violated(event);
      this.onClick = (event) => this.clicked(event);
    }

    connectedCallback() {
      if (!this.shadowRoot) {
        const others = [...document.getElementsByTagName(name)];
        if (others.some((other) => other.shadowRoot)) return;
        this.build();
      }
      window.addEventListener("message", this.onMessage);
      document.addEventListener("securitypolicyviolation", this.onViolation);
      document.addEventListener("click", this.onClick);
      this.languages = new MutationObserver(() => this.dress());
      this.languages.observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });
    }

    disconnectedCallback() {
      if (!this.shadowRoot) return;
      this.ready = false; // a frame that is taken out is gone
      if (this.opened) this.close();
      window.removeEventListener("message", this.onMessage);
      document.removeEventListener("securitypolicyviolation", this.onViolation);
      document.removeEventListener("click", this.onClick);
      this.languages.disconnect();
    }

    attributeChangedCallback() {
      if (this.shadowRoot) this.dress();
    }

    build() {
      const root = this.attachShadow({ mode: "open" });
      style(root);
      this.launcher = this.blocked
        ? make("a", { class: "launcher", target: "_blank", rel: "noopener" })
        : make("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
      this.label = make("span", { class: "label" });
      this.badge = make("span", { class: "badge", hidden: "" });
      this.launcher.append(icon(icons.chat), this.label, this.badge);
      if (!this.blocked) this.launcher.addEventListener("click", () => this.open());
      this.status = make("span", { class: "status", role: "status" });
      root.append(this.launcher, this.status);
      this.dress();
    }

    // drawPanel makes what opens; it is not there before.
    drawPanel() {
      this.heading = make("span", { class: "heading" });
      this.apart = make("a", { class: "tool", target: "_blank", rel: "noopener" }, icon(icons.apart));
      this.closer = make("button", { class: "tool", type: "button" }, icon(icons.close));
      this.closer.addEventListener("click", () => this.close());
      this.note = make("span", { class: "note", role: "status" });
      this.wayOut = make("a", { class: "go", target: "_blank", rel: "noopener", hidden: "" });
      this.body = make("div", { class: "body" }, make("div", { class: "waiting" }, this.note, this.wayOut));
      this.panel = make("div", { class: "panel", role: "dialog" },
        make("div", { class: "bar" }, icon(icons.chat), this.heading, this.apart, this.closer), this.body);
      this.shadowRoot.append(this.panel);
    }

    open() {
      if (this.blocked) {
        window.open(this.address(false), "_blank", "noopener");
        return;
      }
      if (this.opened || !this.shadowRoot) return;
      this.opened = true;
      this.news = 0;
      if (!this.panel) this.drawPanel();
      this.panel.hidden = false;
      this.launcher.setAttribute("aria-expanded", "true");
      document.addEventListener("keydown", this.onKey, true);
      document.addEventListener("focusin", this.onFocus);
      if (!this.frame) this.load();
      this.dress();
      this.tell("open");
      this.focusChat();
      this.dispatchEvent(new Event("zhiwen-open", { bubbles: true }));
    }

    close() {
      if (!this.opened) return;
      this.opened = false;
      this.panel.hidden = true;
      this.launcher.setAttribute("aria-expanded", "false");
      document.removeEventListener("keydown", this.onKey, true);
      document.removeEventListener("focusin", this.onFocus);
      this.dress();
      this.tell("close");
      this.launcher.focus();
      this.dispatchEvent(new Event("zhiwen-close", { bubbles: true }));
    }

    // load puts the chat into the panel.
    load() {
      this.ready = false;
      this.frame = make("iframe", { allow: "microphone; autoplay; clipboard-write", referrerpolicy: "origin" });
      this.source = this.address(true);
      this.frame.src = this.source;
      this.panel.classList.remove("ready");
      this.body.append(this.frame);
      this.wait(this.text.loading);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { if (!this.ready) this.wait(this.text.slow, true); }, patience);
    }

    wait(sentence, offerWay) {
      this.note.textContent = sentence;
      this.wayOut.hidden = !offerWay;
    }

    // focusChat puts the focus where the visitor goes on: into the chat, or on
    // the button that ends the waiting for it.
    focusChat() {
      if (this.ready) {
        this.frame.focus();
        this.tell("focus");
      } else {
        this.closer.focus();
      }
    }

    // address is where the chat is, for the frame or for a window of its own.
    address(framed) {
      const url = new URL(this.hasAttribute("elder") ? "elder" : "", server);
      if (framed) url.searchParams.set("site", here);
      if (this.script() === "hant") url.searchParams.set("script", "hant");
      return url.href;
    }

    script() {
      const chosen = this.getAttribute("script");
      if (chosen) return chosen === "hant" ? "hant" : "hans";
      return /^zh-(hant|tw|hk|mo)/i.test(document.documentElement.lang) ? "hant" : "hans";
    }

    // dress shows the attributes.
    dress() {
      this.text = words[this.script()];
      const { text, launcher } = this;
      this.lang = this.script() === "hant" ? "zh-Hant" : "zh-Hans";
      this.style.setProperty("--zhiwen-bottom", `${Number(this.getAttribute("bottom")) || 24}px`);
      this.label.textContent = text.open;
      launcher.setAttribute("aria-label", this.news ? text.news(this.news) : this.blocked ? text.apartNote : text.open);
      launcher.classList.toggle("away", this.opened);
      this.badge.hidden = this.news === 0;
      this.badge.dataset.count = this.news;
      this.status.textContent = this.news ? text.news(this.news) : "";
      if (this.blocked) launcher.href = this.address(false);
      if (!this.panel) return;
      this.panel.setAttribute("aria-label", text.title);
      this.heading.textContent = text.title;
      this.wayOut.textContent = text.go;
      this.closer.setAttribute("aria-label", text.close);
      this.closer.title = text.close;
      for (const link of [this.apart, this.wayOut]) link.href = this.address(false);
      this.apart.setAttribute("aria-label", text.apart);
      this.apart.title = text.apart;
      if (!this.frame) return;
      this.frame.title = text.frame;
      if (this.source !== this.address(true)) this.reload();
      else this.tell("settings", this.wishes());
    }

    // reload shows the other page of the chat; it goes on with the conversation.
    reload() {
      const inside = this.shadowRoot.activeElement === this.frame; // so again afterwards
      this.frame.remove();
      this.load();
      if (inside) this.closer.focus();
      this.frame.title = this.text.frame;
    }

    // wishes are what the page in the frame is to look like.
    wishes() {
      return {
        page: location.href.split("#")[0],
        size: this.getAttribute("size") || "medium",
        contrast: this.getAttribute("contrast") || "",
        cursor: this.getAttribute("cursor") || "",
      };
    }

    tell(what, fields) {
      if (this.ready) this.frame.contentWindow.postMessage({ zhiwen: what, ...fields }, home);
    }

    // hear takes messages of our frame, and of the page itself.
    hear(event) {
      const { data } = event;
      if (!data || typeof data !== "object" || typeof data.zhiwen !== "string") return;
      if (this.frame && event.source === this.frame.contentWindow) {
        if (event.origin === home) this.hearFrame(data);
      } else if (event.origin === here && here !== "null") {
        this.hearPage(data);
      }
    }

    hearFrame(data) {
      switch (data.zhiwen) {
        case "ready": {
          const waited = this.shadowRoot.activeElement === this.closer;
          this.ready = true;
          clearTimeout(this.timer);
          this.wait("");
          this.panel.classList.add("ready");
          this.tell("settings", this.wishes());
          this.tell(this.opened ? "open" : "close");
          if (this.opened && waited) this.focusChat();
          break;
        }
        case "close":
          this.close();
          break;
        case "answer":
          if (this.opened) break;
          this.news++;
          this.dress();
          break;
      }
    }

    hearPage(data) {
      switch (data.zhiwen) {
        case "open":
          this.open();
          break;
        case "close":
          this.close();
          break;
        case "set":
          for (const key of settings) {
            if (data[key] === true) this.setAttribute(key, "");
            else if (typeof data[key] === "string" && data[key]) this.setAttribute(key, data[key]);
            else if (key in data) this.removeAttribute(key);
          }
      }
    }

    key(event) {
      if (event.key === "Escape" && document.activeElement === this) {
        event.stopPropagation();
        this.close();
      }
    }

    // keepFocus: where the chat is the whole page, nothing behind it can be seen
    // and so nothing behind it takes the focus. Escape and the button leave it.
    keepFocus(event) {
      if (event.target !== this && getComputedStyle(this.panel).getPropertyValue("--whole").trim() === "1") this.closer.focus();
    }

    // violated: the page's policy has refused the frame.
    violated(event) {
      if (!this.frame || !/frame|child|default/.test(event.effectiveDirective || event.violatedDirective)) return;
      if (event.blockedURI.indexOf(home) !== 0) return;
      clearTimeout(this.timer);
      this.frame.remove();
      this.frame = null; // the next time is a new try
      this.wait(this.text.blocked, true);
    }

    clicked(event) {
      const opener = event.target.closest && event.target.closest("[data-zhiwen-open]");
      if (!opener || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    }
  }

  // framable: whether the server lets this page hold the chat. The server
  // refuses it by itself; this only spares the visitor an empty frame.
  function framable() {
    return here === home || sites.indexOf(here) >= 0;
  }

  // style needs no permission of the page's policy where the browser makes
  // style sheets from scripts (Chromium 73, Firefox 101, Safari 16.4).
  function style(root) {
    if ("adoptedStyleSheets" in root) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } else {
      root.append(make("link", { rel: "stylesheet", href: `${server}widget.css` }));
    }
  }

  customElements.define(name, ZhiwenChat);

  // place puts the element behind the page's content, outside its body: what a
  // page does to its body (transform, zoom, filter) is not done to us.
  function place() {
    if (document.getElementsByTagName(name).length > 0) return;
    const chat = document.createElement(name);
    for (const key of [...settings, "side", "bottom"]) {
      const value = me.getAttribute(`data-${key}`);
      if (value !== null) chat.setAttribute(key, value);
    }
    document.documentElement.append(chat);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place);
  else place();
})();
