// Runs after axe-core, in the same world: gives the violations of WCAG as JSON.
(async () => {
  const options = { resultTypes: ["violations"], iframes: false }; // an iframe is a page of its own
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
  // In forced colours the system sees to contrast, and axe compares the page's
  // own colour of text with the system's of what is behind it.
  const forced = window.matchMedia("(forced-colors: active)").matches;
  const rules = forced ? { "color-contrast": { enabled: false } } : {};
  const { violations } = await axe.run(document, { ...options, rules, runOnly: { type: "tag", values: tags } });

  // What only lies half under a bar that stays in place is small in axe's eyes
  // until it is scrolled free.
  const small = violations.find(({ id }) => id === "target-size");
  if (small) {
    const { scrollX, scrollY } = window;
    const cramped = [];
    for (const node of small.nodes) {
      const target = node.target.flat();
      if (target.length === 1) document.querySelector(target[0]).scrollIntoView({ block: "center", behavior: "instant" });
      const again = await axe.run({ fromShadowDom: target }, { ...options, runOnly: { type: "rule", values: ["target-size"] } });
      if (again.violations.length > 0) cramped.push(node);
    }
    small.nodes = cramped;
    window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  }
  return JSON.stringify(violations.filter(({ nodes }) => nodes.length > 0).map(({ id, help, nodes }) => ({
    rule: id,
    help,
    nodes: nodes.map(({ target, failureSummary }) => ({ target: target.flat().join(" "), summary: failureSummary })),
  })));
})();
