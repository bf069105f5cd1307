// The teacher's room: keeps the list of students as it is, and loads the page anew when its phase changed elsewhere.
"use strict";
(() => {
  const live = document.getElementById("live");
  let misses = 0, shown = "";
  async function poll() {
    try {
      const answer = await fetch(live.dataset.at, { cache: "no-store", headers: { Accept: "application/json" } });
      if (answer.ok) {
        const { version, html } = await answer.json();
        if (version !== live.dataset.version) { location.reload(); return; }
        if (html !== shown) {
          const held = live.contains(document.activeElement) ? document.activeElement.id : "";
          live.innerHTML = shown = html;
          if (held) document.getElementById(held)?.focus();
        }
        misses = 0;
      } else misses += 1;
    } catch { misses += 1; }
    live.classList.toggle("stale", misses > 2);
    setTimeout(poll, Math.min(10000, 2000 * 2 ** Math.min(misses, 3)));
  }
  setTimeout(poll, 2000);
})();
