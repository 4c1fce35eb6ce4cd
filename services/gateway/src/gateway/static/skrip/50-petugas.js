// Entry into SIAK: rows that are added, values that several documents share, and faults that are
// shown at their fields. Without it the form is sent and read all the same.
(() => {
  "use strict";
  const body = document.body;

  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tambah]");
    if (!button) return;
    const place = button.closest("[data-baris-isian]");
    const number = place.querySelectorAll(":scope > .baris").length;
    const row = document.createElement("template");
    row.innerHTML = place.querySelector("template").innerHTML
      .replaceAll("__n__", number).replaceAll("__m__", number + 1);
    button.before(row.content);
    place.querySelectorAll(":scope > .baris")[number].querySelector("input, select").focus();
  });

  // The same value on several documents is typed once; what somebody typed himself stays.
  body.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.sama;
    if (!name) return;
    for (const other of document.querySelectorAll(`[data-sama="${CSS.escape(name)}"]`)) {
      if (!other.value) other.value = event.target.value;
    }
  });

  // A document that is ticked shows its fields, one that is not hides them.
  body.addEventListener("change", (event) => {
    if (!event.target.matches("[data-jenis]")) return;
    event.target.closest(".dokumen").querySelector("details").open = event.target.checked;
  });

  body.addEventListener("htmx:afterSwap", () => {
    for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    const faults = [...document.querySelectorAll("[data-salah]")];
    for (const fault of faults) {
      const field = document.getElementById(fault.dataset.salah);
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    }
    if (faults.length) faults[0].focus();
  });
})();
