// The viewer of papers and documents, and the ticks of step 1. Without this file the pages of a
// paper stand one below the other at full width, and every form works.
(() => {
  "use strict";
  const STEP = 1.25, LEAST = 0.5, MOST = 6;
  const state = new WeakMap();
  const viewers = () => [...document.querySelectorAll("[data-penampil]")];
  const of = (viewer) => {
    if (!state.has(viewer)) state.set(viewer, { zoom: 1, turns: 0 });
    return state.get(viewer);
  };
  let last = null;
  const active = () => (last && last.isConnected ? last : viewers()[0]);

  function lay(viewer) {
    const glass = viewer.querySelector(".kaca");
    if (!glass) return;
    const { zoom, turns } = of(viewer);
    for (const picture of glass.querySelectorAll("img")) {
      if (!picture.naturalWidth) { picture.addEventListener("load", () => lay(viewer), { once: true }); continue; }
      const ratio = picture.naturalHeight / picture.naturalWidth;
      const across = (glass.clientWidth - 2) * zoom, lies = turns % 2 === 1;
      const width = lies ? across / ratio : across, height = width * ratio;
      const frame = picture.parentElement.style;
      frame.width = `${lies ? height : width}px`;
      frame.height = `${lies ? width : height}px`;
      const turned = [
        "none",
        `translateX(${height}px) rotate(90deg)`,
        `translate(${width}px, ${height}px) rotate(180deg)`,
        `translateY(${width}px) rotate(270deg)`,
      ][turns];
      for (const each of picture.parentElement.children) {
        each.style.width = `${width}px`;
        each.style.transform = turned;
        if (each !== picture) each.style.height = `${height}px`;
      }
    }
  }

  const tabs = (viewer) => [...viewer.querySelectorAll("[data-lembar]")];
  function walk(viewer, by) {
    const all = tabs(viewer);
    if (!all.length) return;
    const at = all.findIndex((each) => each.hasAttribute("aria-current"));
    all[at < 0 ? 0 : (at + by + all.length) % all.length].click();
  }
  const tools = {
    besar: (viewer) => { const it = of(viewer); it.zoom = Math.min(it.zoom * STEP, MOST); lay(viewer); },
    kecil: (viewer) => { const it = of(viewer); it.zoom = Math.max(it.zoom / STEP, LEAST); lay(viewer); },
    putar: (viewer) => { const it = of(viewer); it.turns = (it.turns + 1) % 4; lay(viewer); },
    sebelum: (viewer) => walk(viewer, -1),
    sesudah: (viewer) => walk(viewer, 1),
  };

  document.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-alat]");
    const viewer = event.target.closest("[data-penampil]");
    if (viewer) last = viewer;
    if (tool && viewer) tools[tool.dataset.alat](viewer);
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const tab = event.target.closest("[data-lembar]"), viewer = tab && tab.closest("[data-penampil]");
    if (!viewer) return;
    for (const each of tabs(viewer)) each.removeAttribute("aria-current");
    tab.setAttribute("aria-current", "true");
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const viewer = event.target.closest && event.target.closest("[data-penampil]");
    const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (!viewer || !asked || !asked.dataset.lembar) return;
    of(viewer).zoom = 1;
    of(viewer).turns = 0;
    asked.classList.add("dibuka");
    if (viewer.contains(document.activeElement) || event.detail.requestConfig.triggeringEvent?.type === "click") last = viewer;
    lay(viewer);
  });
  addEventListener("resize", () => viewers().forEach(lay));
  // Somebody laid something over a page.
  addEventListener("tata", (event) => lay(event.target.closest("[data-penampil]")));
  viewers().forEach(lay);

  const KEYS = { "+": "besar", "=": "besar", "-": "kecil", r: "putar", "[": "sebelum", "]": "sesudah" };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const tool = KEYS[event.key.toLowerCase()];
    if (tool && active()) tools[tool](active());
  });

  // Step 1: a tick and a fault exclude each other, and a fault is a mark on the paper itself.
  const check = document.querySelector("[data-periksa]");
  if (!check) return;
  const marks = () => {
    const found = new Map();
    for (const line of check.querySelectorAll("[data-butir]")) {
      const fault = line.querySelector("[data-masalah]"), tick = line.querySelector("[data-ada]");
      line.classList.toggle("kurang", Boolean(fault.value));
      line.classList.toggle("beres", tick.checked);
      const paper = line.querySelector("[data-jawab]").value;
      if (fault.value && paper) found.set(paper, fault.selectedOptions[0].textContent);
    }
    for (const tab of document.querySelectorAll("[data-lembar]")) {
      if (found.has(tab.dataset.lembar)) tab.dataset.tanda = found.get(tab.dataset.lembar);
      else delete tab.dataset.tanda;
    }
  };
  check.addEventListener("change", (event) => {
    const line = event.target.closest("[data-butir]");
    if (line && event.target.matches("[data-ada]") && event.target.checked) line.querySelector("[data-masalah]").value = "";
    if (line && event.target.matches("[data-masalah]") && event.target.value) line.querySelector("[data-ada]").checked = false;
    if (event.target.matches("[data-jawab]")) show(event.target.value);
    marks();
  });
  check.addEventListener("focusin", (event) => {
    const line = event.target.closest("[data-butir]");
    if (line && event.target.matches("[data-ada]")) show(line.querySelector("[data-jawab]").value);
  });
  function show(paper) {
    const tab = paper && document.querySelector(`[data-lembar="${CSS.escape(paper)}"]`);
    if (tab && !tab.hasAttribute("aria-current")) tab.click();
  }
  marks();
})();
