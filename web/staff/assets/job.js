// Shows how far a job is, and the page anew when it has ended.

const shown = document.getElementById("job");
const bar = document.getElementById("bar");
const words = document.getElementById("words");

async function look() {
  try {
    const response = await fetch(new URL(`../../jobs/${shown.dataset.id}/state`, import.meta.url), { headers: { Accept: "application/json" } });
    if (response.redirected || !response.ok) throw new Error(response.status);
    const { state, done, all } = await response.json();
    if (state !== "running") {
      location.reload();
      return;
    }
    if (all > 0) {
      bar.max = all;
      bar.value = done;
    }
    words.textContent = `进行中，已完成${done}${all > 0 ? `／${all}` : ""}。可以离开这个页面，稍后再来看。`;
  } catch {
    words.textContent = "暂时读不到进度，任务仍在进行。";
  }
  setTimeout(look, 1000);
}

setTimeout(look, 500);
