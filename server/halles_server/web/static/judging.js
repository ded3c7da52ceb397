// The form of a sanction: the server's own, on its page or in a dialog over the console. The words that the person will
// read follow what is chosen, and the button names the act.

const WAIT_MS = 400;
const TIMED = new Set(["silence", "hold", "ban"]);

/** Keeps the preview and the button of a form in step with what is chosen. */
function tend(root) {
  const form = root.querySelector("form");
  if (!form) return;
  root.querySelector(".judge-look").hidden = true;
  let waiting = 0;
  let turn = 0;
  const look = async () => {
    const mine = ++turn;
    const words = (await sent(form, "look"))?.page.querySelector(".will-read");
    if (words && mine === turn) root.querySelector(".will-read").replaceChildren(...words.childNodes);
  };
  form.addEventListener("input", () => {
    named(form);
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  named(form);
}

function named(form) {
  const { kind, minutes, until } = form.elements;
  const act = form.querySelector("[name=kind]:checked + span b").textContent;
  const span = TIMED.has(kind.value) && !until.value ? ` · ${minutes.selectedOptions[0].textContent}` : "";
  form.querySelector("[value=give]").textContent = act + span;
}

/** Posts a form; null when nothing was answered. */
async function sent(form, act) {
  const body = new URLSearchParams(new FormData(form));
  body.set("do", act);
  return read(form.getAttribute("action"), { method: "POST", body });
}

async function read(address, how = {}) {
  try {
    const answer = await fetch(address, how);
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch {
    return null;
  }
}

/** Opens the form in a dialog; where it cannot be had, its page is gone to. */
export async function open(link) {
  const form = (await read(link.href))?.page.querySelector("#judge");
  if (!form) return location.assign(link.href);
  const dialog = document.createElement("dialog");
  dialog.className = "judging";
  document.querySelector("main").append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus({ preventScroll: true });
  });
  fill(dialog, form, link);
  dialog.showModal();
}

function fill(dialog, root, link) {
  dialog.setAttribute("aria-label", root.dataset.title);
  dialog.replaceChildren(root);
  tend(root);
  root.querySelector("[data-close]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  root.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    give(dialog, event.target, root.dataset.done, link);
  });
}

async function give(dialog, form, done, link) {
  const button = form.querySelector("[value=give]");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const got = await sent(form, "give");
  button.removeAttribute("aria-disabled");
  if (got?.answer.redirected) {
    if (link.dataset.judge === "report") link.closest("li").remove();
    dialog.close();
    const news = document.querySelector("#act-news");
    news?.replaceChildren(...(got.page.querySelector("[data-news]")?.childNodes ?? [done]));
  } else if (got?.page.querySelector("#judge")) {
    fill(dialog, got.page.querySelector("#judge"), link);
    dialog.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
  } else {
    // Not known whether it was given: sent once more with its key, it has one effect. A script sends no button.
    const act = document.createElement("input");
    [act.type, act.name, act.value] = ["hidden", "do", "give"];
    form.append(act);
    form.submit();
  }
}

const alone = document.querySelector("main > #judge");
if (alone) tend(alone);
