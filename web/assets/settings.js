// How the visitor wants the page: the script, and the size of type of the
// elder page. Both stand in addresses, so that they work without scripts, and are
// kept on this device.

import { set, setting } from "./memory.js";

// keepScript remembers the script that the visitor chooses. It reports whether
// it leaves for the page in the script that was chosen before.
export function keepScript(script) {
  const query = new URLSearchParams(location.search);
  // In a frame the site around it decides.
  if (!query.has("script") && !query.has("site") && setting("script") === "hant" && script !== "hant") {
    query.set("script", "hant");
    location.replace(`${location.pathname}?${query}`);
    return true;
  }
  const link = document.getElementById("script-link");
  if (link) link.addEventListener("click", () => set("script", script === "hant" ? "hans" : "hant"));
  return false;
}

const largest = 4;

// keepSize changes the size of type at once, where a page can do so.
export function keepSize() {
  const page = document.documentElement;
  const steps = [...document.querySelectorAll("[data-size-step]")];
  if (steps.length === 0) return;
  const show = (size) => {
    page.dataset.type = String(size);
    for (const link of steps) {
      const further = size + Number(link.dataset.sizeStep);
      if (further < 0 || further > largest) link.setAttribute("aria-disabled", "true");
      else link.removeAttribute("aria-disabled");
    }
  };
  const kept = setting("size");
  if (!new URLSearchParams(location.search).has("size") && typeof kept === "number") show(Math.min(Math.max(kept, 0), largest));
  for (const link of steps) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const size = Math.min(Math.max(Number(page.dataset.type) + Number(link.dataset.sizeStep), 0), largest);
      set("size", size);
      show(size);
      const query = new URLSearchParams(location.search);
      query.delete("size");
      const rest = query.toString();
      window.history.replaceState(null, "", rest ? `${location.pathname}?${rest}` : location.pathname);
    });
  }
}
