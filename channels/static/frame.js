/* The frame around the conversation: its language, printing, and its place inside a state site. */
"use strict";

const chatFrame = (page, { messages, announce, connection, network }) => {
  const { word } = messages;
  const root = document.documentElement;
  const data = document.body.dataset;
  const find = (id) => document.getElementById(id);
  const menu = find("languages");

  const show = (found) => {
    page.words = found.words;
    page.locale = found.locale;
    page.months = found.months;
    root.lang = found.lang;
    root.dir = found.dir;
    messages.relabel();
    document.title = `${word("page_title")} – ${word("assistant_label")}`;
    find("language-now").textContent = found.name;
    for (const button of document.querySelectorAll("button[name=language]")) {
      if (button.lang === found.lang) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };
  /* The frame follows the language that the conversation has come to. */
  const follow = async (code) => {
    if (!code || code === data.language) return;
    data.language = code;
    const found = await network.words(code);
    if (found) show(found);
  };
  const chooseLanguage = async (code) => {
    menu.open = false;
    menu.firstElementChild.focus();
    try {
      if (network.token()) await network.call("PUT", "/language", { language: code });
      await follow(code);
      announce([word("language_changed", { language: find("language-now").textContent })]);
    } catch {
      connection("offline");
    }
  };

  find("print").hidden = false;
  find("print").addEventListener("click", () => window.print());

  const parents = [location.origin, ...data.origins.split(" ").filter(Boolean)];
  let parentOrigin = "";
  if (window.parent !== window) {
    root.classList.add("embedded");
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || !parents.includes(event.origin) || event.data !== "nutmeg:open") return;
      parentOrigin = event.origin;
      find("title").focus({ preventScroll: true });
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if (menu.open) {
      menu.open = false;
      menu.firstElementChild.focus();
    } else if (parentOrigin) window.parent.postMessage("nutmeg:close", parentOrigin);
  });

  return { follow, chooseLanguage };
};
