// What every page needs for screen readers: its language, a name for the menu's button on a telephone, which link leads to
// the page that is open, and one place that says what changed. (A link past the menu is Streamlit's own.) And Plotly, before
// there is a chart.

const PAUSE = 400; // milliseconds without a change, after which what changed is said

const SOON = 4000; // milliseconds after which Plotly is loaded where no chart has asked for it: the first chart waited 2 s

export default function ({ parentElement, data }) {
  if (parentElement.dataset.made) return;
  parentElement.dataset.made = "yes";
  if (!navigator.connection?.saveData) setTimeout(() => idle(() => load(data.plotly).catch(() => {})), SOON); // plotly.js
  document.documentElement.lang = "en";
  const voice = document.body.querySelector(":scope > [role=status].fr-hidden") ?? speaker();
  document.body.append(voice);
  let said = heard();
  let pause = null;
  const watcher = new MutationObserver(() => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      name();
      ready();
      const now = heard();
      const fresh = now.filter((text) => !said.includes(text));
      if (fresh.length) voice.textContent = fresh.join(". ");
      said = now;
    }, PAUSE);
  });
  watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
  name();
  return () => {
    watcher.disconnect();
    clearTimeout(pause);
    delete parentElement.dataset.made;
  };
}

/** When the browser has nothing to do (Safari does not tell: at once). */
function idle(act) {
  (window.requestIdleCallback ?? setTimeout)(act);
}

/** What a reader must hear of when it changes: how many sentences are listed, and of which number. */
function heard() {
  return [...document.querySelectorAll("[data-testid=stMain] :is(.fr-say, .fr-count)")].map((place) => place.textContent);
}

function speaker() {
  const place = document.createElement("div");
  place.className = "fr-hidden";
  place.setAttribute("role", "status");
  return place;
}

/** The first screen stands: nothing waits for its code any more. */
function ready() {
  const main = document.querySelector("[data-testid=stMain]");
  if (main?.querySelector("h1") && !main.querySelector("[data-testid=stSkeleton]")) document.documentElement.dataset.ready = "yes";
}

/** Streamlit calls the menu "Expand sidebar", and does not say which link leads to the page that is open. */
function name() {
  document.querySelector("[data-testid=stExpandSidebarButton]")?.setAttribute("aria-label", "Menu of pages");
  document.querySelector(".st-key-fr_here a")?.setAttribute("aria-current", "page");
}
