// A formula that is wider than the page scrolls in a box of its own, which the Tab key must reach. The theme sees to
// that for code and tables. A fold that opens shows what could not be measured before.
function reach() {
  for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
    formula.tabIndex = formula.scrollWidth > formula.clientWidth ? 0 : -1;
  }
}
addEventListener("load", () => window.MathJax?.startup.promise.then(reach));
addEventListener("resize", reach);
document.addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// On paper a page is light, whatever theme its reader has chosen.
let chosen;
addEventListener("beforeprint", () => {
  chosen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => { document.documentElement.dataset.theme = chosen; });
