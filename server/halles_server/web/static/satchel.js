// Taking something along without leaving the booth's page. Where that does not work, the form is sent as it is.
"use strict";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-take]");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const count = await taken(form);
  if (count === null) {
    form.dataset.plain = "1";  // the same key: what was done after all is not done twice
    form.submit();
    return;
  }
  const link = document.createElement("a");
  link.className = "taken";
  link.href = form.dataset.satchel;
  link.textContent = form.dataset.done;
  const of = form.querySelector("button .hidden").cloneNode(true);
  link.append(of);
  const focused = form.contains(document.activeElement);
  form.replaceWith(link);
  if (focused) link.focus();
  document.getElementById("in-satchel").textContent = `(${count})`;
});

/** Sends the form and returns how much lies in the satchel then; null when that is not known. */
async function taken(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
    return answer.ok ? (await answer.json()).count : null;
  } catch (problem) {
    if (problem instanceof TypeError || problem instanceof SyntaxError) return null;
    throw problem;
  }
}
