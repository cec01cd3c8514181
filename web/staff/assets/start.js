// Sends the form of a check and shows how far it is. Without this script the
// form goes the browser's way and shows nothing until it is done.

const form = document.getElementById("check");
const problem = document.getElementById("problem");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");
const words = document.getElementById("progress-words");
const button = form.querySelector("button[type=submit]");

function fail(text) {
  problem.textContent = text;
  problem.hidden = false;
  progress.hidden = true;
  button.disabled = false;
  problem.scrollIntoView({ block: "center" });
}

function show(line) {
  if (line.problem) return fail(line.problem);
  if (line.url) {
    words.textContent = "核对完成，正在打开结果";
    location.href = new URL(`../../..${line.url}`, import.meta.url);
    return;
  }
  bar.max = Math.max(line.all, 1);
  bar.value = line.done;
  words.textContent = `已核对${line.done}句，共${line.all}句`;
}

// lines gives the lines of a body as they come.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
  if (rest) yield rest;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  progress.hidden = false;
  bar.removeAttribute("value");
  words.textContent = "正在读取文稿";
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/x-ndjson" },
    });
    if (!(answer.headers.get("Content-Type") ?? "").includes("json")) {
      return fail("登录已失效或页面已过期，请刷新后再试。");
    }
    for await (const line of lines(answer.body)) {
      if (line) show(JSON.parse(line));
    }
  } catch {
    fail("网络中断，核对没有完成，请重试。");
  }
});
