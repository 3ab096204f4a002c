// Sends what is chosen as soon as it changes, keeps it in the address, and puts in what the
// server answers, part by part, until every replication is there. Without it the buttons do.
(() => {
  "use strict";
  const whole = document.getElementById("what-if");
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "nhsuk-u-visually-hidden";
  document.getElementById("maincontent").append(status);

  let request = new AbortController();
  let said = "";

  const say = (text) => {
    if (text !== said) status.textContent = said = text;
  };

  // A slider for those who point; the number beside it is what is read out, typed and sent.
  function slide(lever) {
    const number = lever.querySelector("input");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", className: "sim-slider", tabIndex: -1 });
    for (const name of ["min", "max", "step"]) slider.setAttribute(name, number.getAttribute(name));
    slider.setAttribute("aria-hidden", "true");
    slider.value = number.value;
    slider.addEventListener("input", () => (number.value = String(Number(slider.value))));
    slider.addEventListener("change", () => number.dispatchEvent(new Event("change", { bubbles: true })));
    number.addEventListener("input", () => (slider.value = number.value));
    number.after(slider);
  }

  function chosen() {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(document.getElementById("levers"))) {
      const lever = document.getElementById(name)?.closest(".sim-lever");
      if (!lever || (value !== "" && Number(value) !== Number(lever.dataset.usual))) query.append(name, value);
    }
    return query.toString();
  }

  const parts = (root) => [...root.querySelectorAll("[data-part]")];
  const names = (root) => parts(root).map((part) => part.dataset.part).join();
  // What was typed and chosen is the planner's own.
  const shape = (part) => part.innerHTML.replace(/ value="[^"]*"| selected(="")?/g, "");
  const shapes = new Map();
  let address = location.search;

  // Remembers what the server sent, then adds the sliders to it.
  function finish(part) {
    shapes.set(part.dataset.part, shape(part));
    for (const lever of part.matches(".sim-lever") ? [part] : part.querySelectorAll(".sim-lever")) {
      if (!lever.querySelector(".sim-slider")) slide(lever);
    }
  }

  // Takes over a part that came back different, but leaves alone the field that is in use.
  function replace(old, fresh) {
    const name = fresh.dataset.part;
    if (parts(fresh).length) {
      if (names(old) === names(fresh)) return;
    } else if (shapes.get(name) === shape(fresh)) {
      return;
    }
    const inUse = document.activeElement;
    const twin = old.contains(inUse) && inUse.id && fresh.querySelector("#" + CSS.escape(inUse.id));
    old.replaceWith(fresh);
    parts(fresh).forEach(finish);
    finish(fresh);
    if (twin) {
      if (twin.matches("input")) twin.value = inUse.value;
      twin.focus();
    }
  }

  function take(fresh) {
    for (const part of parts(fresh)) {
      const old = parts(whole).find((one) => one.dataset.part === part.dataset.part);
      if (old) replace(old, part);
    }
    document.getElementById("results").removeAttribute("aria-busy");
    say(fresh.dataset.told);
  }

  async function ask(query, reached) {
    request.abort();
    const mine = (request = new AbortController());
    try {
      for (let going = "yes"; going === "yes"; ) {
        const answer = await fetch("/?" + query, { headers: { Reached: String(reached) }, signal: mine.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("what-if");
        if (mine.signal.aborted) return;
        ({ going, reached } = fresh.dataset);
        take(fresh);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      say("The page has lost touch with sim explore. Start it again, then reload this page.");
      status.classList.remove("nhsuk-u-visually-hidden");
    }
  }

  // Until the first numbers are in, the old ones stay, but they are said to be old. What is taken
  // away is of what is chosen now.
  function warn(query) {
    for (const link of whole.querySelectorAll("a[download]")) link.search = query;
    document.getElementById("results").setAttribute("aria-busy", "true");
    const lines = [...whole.querySelectorAll(".sim-progress, .sim-now p")];
    for (const line of lines) line.textContent = "Computing. The numbers here are still the old ones.";
    for (const part of ["results", "now"]) shapes.delete(part);
    say("Computing.");
  }

  function go(query) {
    history.pushState(null, "", "/?" + query);
    address = location.search;
    warn(query);
    ask(query, -1);
  }

  document.body.classList.add("js-enabled");
  parts(whole).forEach(finish);
  whole.addEventListener("change", (event) => {
    if (event.target.id === "scenario") event.target.form.submit();
    else if (!event.target.matches(".sim-slider")) go(chosen());
  });
  document.getElementById("levers").addEventListener("submit", (event) => {
    event.preventDefault();
    go(chosen());
  });
  whole.addEventListener("click", (event) => {
    const link = event.target.closest("[data-part=reset] a");
    if (!link) return;
    event.preventDefault();
    document.querySelectorAll(".sim-lever").forEach((lever) => {
      lever.querySelectorAll("input").forEach((field) => (field.value = lever.dataset.usual));
    });
    go(link.search.slice(1));
  });
  window.addEventListener("popstate", () => {
    if (location.search !== address) location.reload();
  });
  if (whole.dataset.going === "yes") ask(location.search.slice(1), whole.dataset.reached);
})();
