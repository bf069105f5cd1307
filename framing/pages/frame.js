// What every page needs for screen readers: its language, a name for the menu's button on a telephone, which link leads to
// the page that is open, and one place that says what changed. (A link past the menu is Streamlit's own.) And Plotly, before
// there is a chart.

const PAUSE = 400; // milliseconds without a change, after which what changed is said
const STANDS = 60; // milliseconds without a part that waits for its code, after which the first screen stands

export default function ({ parentElement, data }) {
  if (parentElement.dataset.made) return;
  parentElement.dataset.made = "yes";
  let ahead = !navigator.connection?.saveData;
  document.documentElement.lang = "en";
  const voice = document.body.querySelector(":scope > [role=status].fr-hidden") ?? speaker();
  document.body.append(voice);
  let said = heard();
  let pause = null;
  const watcher = new MutationObserver(() => {
    settle();
    clearTimeout(pause);
    pause = setTimeout(() => {
      name();
      // Plotly's half second falls where one looks at a new page, not where one waits for the first chart.
      if (ready() && ahead) {
        ahead = false;
        idle(() => load(data.plotly).catch(() => {})); // plotly.js
      }
      const now = heard();
      const fresh = now.filter((text) => !said.includes(text));
      if (fresh.length) voice.textContent = fresh.join(". ");
      said = now;
    }, PAUSE);
  });
  watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
  name();
  settle();
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

let settled = null;

/** Notes that the first screen stands, when nothing has waited for its code a while: style.css hides it until then, also
 *  when no part is missing, since on a slow laptop the parts come with that sheet and would leap from where they stood
 *  without it. What comes further down hides it no more. */
function settle() {
  if (ready()) return;
  const main = document.querySelector("[data-testid=stMain]");
  const stands = main?.querySelector("h1, .fr-notice, [data-testid=stException]") && !main.querySelector("[data-testid=stSkeleton]");
  if (stands) settled ??= setTimeout(() => (document.documentElement.dataset.ready = "yes"), STANDS);
  else settled = clearTimeout(settled) ?? null;
}

function ready() {
  return "ready" in document.documentElement.dataset;
}

/** Streamlit calls the menu "Expand sidebar", and does not say which link leads to the page that is open. */
function name() {
  document.querySelector("[data-testid=stExpandSidebarButton]")?.setAttribute("aria-label", "Menu of pages");
  document.querySelector(".st-key-fr_here a")?.setAttribute("aria-current", "page");
}
