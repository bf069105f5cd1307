"use strict";
// A click on a number shows its sentences beside the page and marks them in the articles; a click on a sentence's own
// number shows what counts it. All of it is copied from this page; without a script the links lead there as well.
(() => {
  const panel = document.getElementById("panel");
  const shown = panel.querySelector("div");
  let from = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const address = link?.getAttribute("href") ?? "";
    if (!address.startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const list = address.startsWith("#n") && document.getElementById(address.slice(1));
    const sentence = link.classList.contains("i") && link.parentElement;
    if (!list && !sentence) {
      if (panel.contains(link) && innerWidth <= 640) close(false);
      return;
    }
    event.preventDefault();
    if (!panel.contains(link)) from = link;
    open(list ? copyOf(list) : countedIn(sentence), list ? list.querySelectorAll('a[href^="#"]') : []);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close(true));
  panel.querySelector("button").addEventListener("click", () => close(true));

  function open(content, links) {
    unmark();
    for (const link of links) document.getElementById(link.getAttribute("href").slice(1))?.classList.add("seen");
    shown.replaceChildren(content);
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  }

  function close(back) {
    if (panel.hidden) return;
    panel.hidden = true;
    unmark();
    if (back) from?.focus({ preventScroll: true });
  }

  function unmark() {
    document.querySelectorAll(".seen").forEach((each) => each.classList.remove("seen"));
  }

  function copyOf(list) {
    const copy = list.cloneNode(true);
    copy.removeAttribute("id");
    copy.className = "";
    if (list.classList.contains("brief")) copy.querySelectorAll("li").forEach(addText);
    return copy;
  }

  /** A sentence named in a brief list, with its words from the article. */
  function addText(item) {
    const place = document.getElementById(item.querySelector("a").getAttribute("href").slice(1));
    const words = place?.querySelector(".w");
    if (words) item.append(" ", words.textContent);
  }

  function countedIn(sentence) {
    const made = document.createElement("div");
    const title = document.createElement("h3");
    title.textContent = `Sentence ${sentence.id.replace("-", ".")} counts in`;
    const list = document.createElement("ul");
    for (const link of document.querySelectorAll(`#evidence a[href="#${sentence.id}"]`)) {
      const entry = link.closest("section");
      const item = document.createElement("li");
      const to = Object.assign(document.createElement("a"), { href: `#${entry.id}`, textContent: entry.querySelector("h3").textContent });
      item.append(to);
      list.append(item);
    }
    if (!list.children.length) list.append("nothing that is listed here.");
    made.append(title, list);
    return made;
  }
})();
