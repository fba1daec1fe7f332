// Keyboard only; every page works without this file.
// "/" goes to the search box, "j" and "k" to the next and previous row, "x" selects it, Enter opens it. What carries data-key
// is pressed by its key.
"use strict";
(() => {
  const rows = () => Array.from(document.querySelectorAll("[data-row]")).filter((row) => row.offsetParent !== null);
  const linkOf = (row) => row.querySelector("a.row-link, a");

  const move = (step) => {
    const all = rows();
    if (all.length === 0) return;
    const here = all.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    const link = linkOf(all[next]);
    if (link) {
      link.focus();
      all[next].scrollIntoView({ block: "nearest" });
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest && event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/") {
      const box = document.getElementById("q") || document.getElementById("quick");
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    } else if (/^[a-z0-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`)) {
      event.preventDefault();
      const wanted = document.querySelector(`[data-key="${event.key}"]`);
      if (wanted.matches("select, input")) wanted.focus();
      else wanted.click();
    } else if (event.key === "x") {
      const row = rows().find((row) => row.contains(document.activeElement));
      const box = row && row.querySelector('input[type="checkbox"]');
      if (box) {
        event.preventDefault();
        box.checked = !box.checked;
      }
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    }
  });
})();
