// A place on a sheet, marked for one line of a form: "Tandai", then a tap on the page.
// Without this file there is no mark, and reason, field and note say it all the same.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", RADIUS = 26, EXACT = 4;
  const lines = [...document.querySelectorAll("[data-tandai]")];
  if (!lines.length) return;
  const rings = new WeakMap();
  let waiting = null;

  const parts = (line) => [line.querySelector("button"), line.querySelector("span"), line.querySelector("input")];
  function wait(line) {
    waiting = line;
    document.body.classList.toggle("menandai-lembar", Boolean(line));
    if (line) parts(line)[1].textContent = "Ketuk tempatnya pada berkas atau dokumen (Esc: batal).";
  }
  function clear(line) {
    const [button, told, field] = parts(line);
    rings.get(line)?.remove();
    rings.delete(line);
    field.value = "";
    told.textContent = "";
    button.textContent = "Tandai tempatnya di lembar";
  }
  function ring(x, y) {
    const drawn = document.createElementNS(SVG, "svg"), circle = document.createElementNS(SVG, "circle");
    drawn.classList.add("tanda");
    for (const [name, value] of [["cx", `${x * 100}%`], ["cy", `${y * 100}%`], ["r", RADIUS]]) circle.setAttribute(name, value);
    drawn.append(circle);
    return drawn;
  }
  function mark(line, picture, event) {
    const sheet = picture.closest("[data-penampil]").querySelector("[data-lembar][aria-current]");
    if (!sheet) return;
    clear(line);
    // Offsets are those of the upright page, however it lies on the screen.
    const x = event.offsetX / picture.offsetWidth, y = event.offsetY / picture.offsetHeight;
    const number = picture.parentElement.dataset.halaman, drawn = ring(x, y);
    picture.after(drawn);
    // The viewer lays it over the page as the page lies.
    drawn.dispatchEvent(new CustomEvent("tata", { bubbles: true }));
    rings.set(line, drawn);
    const [button, told, field] = parts(line);
    field.value = [sheet.dataset.lembar, number, x.toFixed(EXACT), y.toFixed(EXACT)].join(" ");
    told.textContent = `Ditandai: ${sheet.firstChild.textContent.trim()}, halaman ${number}.`;
    button.textContent = "Hapus tanda";
  }

  for (const line of lines) {
    line.hidden = false;
    const [button, , field] = parts(line);
    button.addEventListener("click", () => (field.value ? clear(line) : wait(line)));
  }
  document.addEventListener("click", (event) => {
    const picture = event.target.closest(".bingkai img");
    if (!waiting || !picture) return;
    mark(waiting, picture, event);
    wait(null);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !waiting) return;
    clear(waiting);
    wait(null);
  });
})();
