// Goes through the cards by keyboard and saves decisions without leaving the
// page. Without this script the links and forms of the page do the same.

const csrf = document.body.dataset.csrf;
const list = document.getElementById("cards");
const said = document.getElementById("said");
let current = null;

const cards = () => [...list.querySelectorAll(".card")];

function select(card, { focus = true } = {}) {
  if (!card) return;
  for (const old of document.querySelectorAll(".current")) old.classList.remove("current");
  current = card;
  card.classList.add("current");
  const mark = document.getElementById(`d${card.dataset.n}`);
  mark?.classList.add("current");
  mark?.scrollIntoView({ block: "center" });
  card.scrollIntoView({ block: "nearest" });
  if (focus) card.focus({ preventScroll: true });
}

function step(by) {
  const all = cards();
  if (!all.length) return;
  const at = all.indexOf(current);
  if (at < 0) return select(all[by > 0 ? 0 : all.length - 1]);
  const next = all[at + by];
  if (next) select(next);
  else said.textContent = by > 0 ? "已是最后一处" : "已是第一处";
}

// decide saves what was decided on a card.
async function decide(card, decision, why) {
  const noted = card.querySelector("[data-noted]");
  const form = card.querySelector("form.decide");
  const tell = (text) => {
    noted.textContent = text;
    noted.hidden = false;
    said.textContent = text;
  };
  if (decision === "ignored" && !why.trim()) {
    tell("忽略时请写明理由。");
    return form.elements.why.focus();
  }
  const body = new URLSearchParams({ segment: card.dataset.n, decision, why });
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRF-Token": csrf } });
    if (answer.status !== 204) throw new Error(answer.status);
  } catch {
    return tell("没有保存成功，请检查网络或重新登录后再试。");
  }
  card.classList.add("done");
  tell(decision === "accepted" ? "已采纳，将按原文修改" : `已忽略：${why.trim()}`);
  if (card === current) step(1);
}

list.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const decision = event.submitter?.value ?? "ignored";
  decide(form.closest(".card"), decision, decision === "ignored" ? form.elements.why.value : "");
});

// Enter in a reason submits by the form's first button, a hidden 忽略.
list.addEventListener("keydown", (event) => {
  if (event.target.name === "why" && event.key === "Escape") event.target.closest(".card").focus();
});

list.addEventListener("focusin", (event) => {
  const card = event.target.closest(".card");
  if (card && card !== current) select(card, { focus: false });
});

document.querySelector(".draft").addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  if (!mark) return;
  event.preventDefault();
  select(document.getElementById(`s${mark.id.slice(1)}`));
});

const keys = {
  n: () => step(1),
  j: () => step(1),
  p: () => step(-1),
  k: () => step(-1),
  a: () => current && decide(current, "accepted", ""),
  o: () => document.querySelector("[data-order]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input, textarea, select")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// On keyup, so that the letter is not typed into the reason.
document.addEventListener("keyup", (event) => {
  if (event.key.toLowerCase() !== "i" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  current?.querySelector('input[name="why"]').focus();
});

if (/^#[sd]\d+$/.test(location.hash)) select(document.getElementById(`s${location.hash.slice(2)}`));
