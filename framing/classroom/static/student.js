// The student's page: follows the lesson's phase, and keeps every answer on the phone until the teacher's computer has it.
"use strict";
(() => {
  const POLL = 2000, SLOWEST = 10000, PATIENCE = 8000, AT_ONCE = 40;
  const part = document.getElementById("part"), saved = document.getElementById("saved");
  const problem = document.getElementById("problem");
  const seat = `framing|${part.dataset.seat}|`;
  let gone = false;

  // -- what is not saved yet: one entry for each question, so that two tabs do not overwrite each other -------------
  const memory = new Map();
  const shelf = {
    get(name) { try { return localStorage.getItem(name) ?? memory.get(name) ?? null; } catch { return memory.get(name) ?? null; } },
    set(name, value) { try { localStorage.setItem(name, value); memory.delete(name); } catch { memory.set(name, value); } },
    drop(name) { memory.delete(name); try { localStorage.removeItem(name); } catch { /* only the memory had it */ } },
    names() { try { return [...new Set([...Object.keys(localStorage), ...memory.keys()])]; } catch { return [...memory.keys()]; } },
  };
  const slot = (kind, key) => `${seat}${kind}|${key}`;
  const waiting = () => shelf.names().filter((name) => name.startsWith(seat) && name !== `${seat}at`)
    .map((name) => [name, JSON.parse(shelf.get(name))]).filter(([, answer]) => answer);

  // Each answer has a higher number than the one before, whatever the phone's clock says.
  function nextNumber() {
    const latest = Number(part.querySelector(".deck")?.dataset.latest ?? 0);
    const at = Math.max(Date.now(), Number(shelf.get(`${seat}at`) ?? 0) + 1, latest + 1);
    shelf.set(`${seat}at`, String(at));
    return at;
  }

  // -- talking to the teacher's computer ---------------------------------------------------------------------------
  async function ask(path, options = {}) {
    const patience = new AbortController(), timer = setTimeout(() => patience.abort(), PATIENCE);
    const answer = await fetch(path, { ...options, cache: "no-store", signal: patience.signal }).finally(() => clearTimeout(timer));
    if (answer.status === 401) { leave(); throw new Error("gone"); }
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  function leave() {
    if (gone) return;
    gone = true;
    tell("You are not in this lesson any more. Ask your teacher, or join again.");
    part.replaceChildren(Object.assign(document.createElement("a"), { href: "/join", className: "button main", textContent: "Join" }));
    saved.textContent = "";
  }

  const tell = (text) => { problem.hidden = !text; problem.textContent = text; };
  function show(state) {
    const words = { saved: "Saved ✓", saving: "Saving …", waiting: "Not saved yet. Kept here, trying again …", "": "" };
    if (saved.dataset.state === state) return;
    saved.dataset.state = state;
    saved.textContent = words[state];
  }

  let sending = false, sendTimer = 0, fails = 0;
  async function send() {
    if (sending || gone) return;
    clearTimeout(sendTimer);
    const due = waiting().slice(0, AT_ONCE);
    if (!due.length) { if (saved.dataset.state) show("saved"); return; }
    sending = true;
    if (saved.dataset.state !== "waiting") show("saving");
    try {
      const answer = await ask("/answers", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ answers: due.map(([, each]) => each) }),
      });
      const { problems } = await answer.json();
      due.forEach(([name, each], place) => {
        const now = JSON.parse(shelf.get(name) ?? "null");
        if (now && now.at === each.at) shelf.drop(name);
        if (problems[place]) tell(problems[place]);
      });
      fails = 0;
    } catch {
      fails += 1;
      show("waiting");
    }
    sending = false;
    if (gone) return;
    if (!waiting().length) show("saved");
    else sendTimer = setTimeout(send, fails ? pause(fails, 1000, 8000) : 0);
  }
  // Longer after each failure, and not all phones at the same moment.
  const pause = (tries, first, most) => Math.min(most, first * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);

  let polling = false, pollTimer = 0, misses = 0;
  async function poll() {
    clearTimeout(pollTimer);
    if (polling || gone || document.hidden) return;
    polling = true;
    try {
      const { version } = await (await ask("/state")).json();
      misses = 0;
      if (version !== part.dataset.version) await turn();
      if (waiting().length) send();
    } catch { misses += 1; }
    polling = false;
    pollTimer = setTimeout(poll, misses ? pause(misses, POLL, SLOWEST) : POLL);
  }
  async function turn() {
    const answer = await ask("/part");
    const html = await answer.text();
    part.innerHTML = html;
    part.dataset.version = answer.headers.get("X-Version");
    tell("");
    scrollTo(0, 0);
    begin();
  }
  const wake = () => { if (!document.hidden) { misses = fails = 0; poll(); send(); } };
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", wake);

  // -- the cards ---------------------------------------------------------------------------------------------------
  const NONE = "none", UNSURE = "?";
  function begin() {
    const deck = part.querySelector(".deck");
    if (!deck) { part.querySelector("h1")?.setAttribute("tabindex", "-1"); return; }
    const cards = [...deck.querySelectorAll("form.card")], overview = deck.querySelector("#overview");
    const kind = deck.dataset.kind, several = deck.dataset.several === "1";
    const done = deck.querySelector("#done"), here = deck.querySelector("#here");
    const back = deck.querySelector("#back"), next = deck.querySelector("#next");
    let place = 0;
    const picked = (card) => [...card.elements].filter((each) => each.name === "answer" && each.checked).map((each) => each.value);

    for (const card of cards) {
      const kept = JSON.parse(shelf.get(slot(kind, card.dataset.key)) ?? "null");
      if (kept) for (const each of card.querySelectorAll("input")) each.checked = valuesOf(kept).includes(each.value);
      card.addEventListener("submit", (event) => event.preventDefault());
      card.addEventListener("change", (event) => { if (several) tidy(card, event.target); keep(card); });
      for (const button of card.querySelectorAll("button.meaning")) button.addEventListener("click", () => {
        const text = document.getElementById(button.getAttribute("aria-controls"));
        text.hidden = !text.hidden;
        button.setAttribute("aria-expanded", String(!text.hidden));
      });
    }
    // "None" and "I can't say" stand alone; where all others are taken back, none of them fits.
    function tidy(card, changed) {
      const boxes = [...card.querySelectorAll("input")], alone = [NONE, UNSURE];
      if (changed.checked) for (const box of boxes)
        if (box !== changed && (alone.includes(changed.value) || alone.includes(box.value))) box.checked = false;
      if (!boxes.some((box) => box.checked)) boxes.find((box) => box.value === NONE).checked = true;
    }
    function keep(card) {
      const values = picked(card), key = card.dataset.key, at = nextNumber();
      const item = Number(key);
      const answer = kind === "label"
        ? { kind, at, item, labels: values.filter((each) => each !== NONE && each !== UNSURE), unsure: values.includes(UNSURE) }
        : kind === "predict" ? { kind, at, label: key, outlet: values[0] } : { kind, at, item, outlet: values[0] };
      // The class's own label may be called "none": then it is a choice, and not ours.
      if (kind === "label" && !several) answer.labels = values.filter((each) => each !== UNSURE);
      shelf.set(slot(kind, key), JSON.stringify(answer));
      tell("");
      count();
      send();
    }
    function valuesOf(answer) {
      if (answer.kind !== "label") return [answer.outlet];
      return answer.unsure ? [UNSURE] : answer.labels.length ? answer.labels : [NONE];
    }
    function count() {
      const open = cards.filter((card) => !picked(card).length);
      done.value = cards.length - open.length;
      overview.querySelector(".ended").textContent = open.length ? "Almost done" : "All done!";
      overview.querySelector(".told").textContent = open.length
        ? `${open.length} still open. Tap a number to go there.`
        : "Wait for your teacher, or tap a number to look at an answer again.";
      overview.querySelectorAll("button").forEach((button, number) => {
        const ready = picked(cards[number]).length > 0;
        button.className = ready ? "ready" : "";
        button.setAttribute("aria-label", `${number + 1}, ${ready ? "answered" : "still open"}`);
      });
      if (place < cards.length) next.classList.toggle("main", picked(cards[place]).length > 0);
      return open;
    }
    function go(to, focus = true) {
      place = Math.max(0, Math.min(cards.length, to));
      cards.forEach((card, number) => { card.hidden = number !== place; });
      overview.hidden = place < cards.length;
      here.textContent = String(Math.min(place + 1, cards.length));
      deck.querySelector(".count").hidden = place === cards.length;
      back.disabled = place === 0;
      next.hidden = place === cards.length;
      next.textContent = place === cards.length - 1 ? "Finish" : "Next";
      count();
      const head = (place < cards.length ? cards[place] : overview).querySelector("h2");
      if (focus) { head.focus({ preventScroll: true }); scrollTo(0, 0); }
    }
    back.addEventListener("click", () => go(place - 1));
    next.addEventListener("click", () => go(place + 1));
    overview.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => go(Number(button.dataset.to))));
    const open = count();
    go(open.length ? cards.indexOf(open[0]) : cards.length, false);
  }

  begin();
  send();
  pollTimer = setTimeout(poll, POLL);
})();
