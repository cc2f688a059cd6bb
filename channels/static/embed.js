/* Puts the chat on a state site: <a href="https://CHAT/chat">Chat with us</a><script src="https://CHAT/embed.js" defer></script>
   The first link to the chat becomes a button that opens it in a frame on the same page; other links open it too. Where
   anything needed is missing, the links simply stay links. Needs only script-src and frame-src for the chat's origin. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !("adoptedStyleSheets" in document) || window.nutmegChat) return;
  window.nutmegChat = true;
  const origin = new URL(script.src).origin;
  const words = __WORDS__;
  const lang = document.documentElement.lang.toLowerCase();
  const code = Object.keys(words).find((known) => lang === known || lang.split("-")[0] === known) || "en";
  const [openWords, closeWords, title] = words[code];
  const PHONE_SIZE = matchMedia("(max-width: 480px), (max-height: 480px)");

  const CSS = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    button { font: 600 1rem/1.3 system-ui, sans-serif; cursor: pointer; border: 0; }
    button:focus-visible { outline: 3px solid #fff; outline-offset: -5px; box-shadow: 0 0 0 4px #1a4480; }
    .launcher { position: fixed; z-index: 2147483000; inset-block-end: 1.25rem; inset-inline-end: 1.25rem;
      display: flex; align-items: center; gap: .6rem; min-height: 3.25rem; padding: .75rem 1.35rem;
      border-radius: 2rem; background: #1a4480; color: #fff; box-shadow: 0 6px 20px rgb(0 0 0 / .28); }
    .launcher:hover { background: #162e51; }
    .launcher svg { width: 1.4rem; height: 1.4rem; fill: currentColor; }
    .panel { position: fixed; z-index: 2147483001; inset-block-end: 5.5rem; inset-inline-end: 1.25rem;
      inline-size: min(27rem, calc(100vw - 2.5rem)); block-size: min(44rem, calc(100dvh - 7rem));
      border-radius: .75rem; overflow: hidden; background: Canvas; box-shadow: 0 12px 48px rgb(0 0 0 / .35); }
    .panel[hidden] { display: none; }
    iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; }
    .close { position: absolute; z-index: 1; inset-block-start: .35rem; inset-inline-end: .35rem; inline-size: 2.75rem;
      block-size: 2.75rem; border-radius: .5rem; background: #162e51; color: #fff; font-size: 1.5rem; line-height: 1; }
    .close:focus-visible { box-shadow: none; }
    @media (max-width: 480px), (max-height: 480px) {
      .panel { inset: 0; inline-size: auto; block-size: 100dvh; border-radius: 0; }
    }
    @media (forced-colors: active) { .launcher, .close, .panel { border: 2px solid; } }
    @media print { :host { display: none; } }`;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  const host = document.createElement("div");
  host.lang = code;
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const make = (tag, attributes, parent) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    parent.append(node);
    return node;
  };

  const links = [...document.querySelectorAll("a[href]")].filter(
    (link) => link.origin === origin && link.pathname === "/chat",
  );
  const launchLink = links.find((link) => !link.search);
  const launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false" }, shadow);
  const SVG = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5c0-1.100.9-2 2-2Z");
  icon.append(path);
  launcher.append(icon, launchLink ? launchLink.textContent.trim() || openWords : openWords);
  const panel = make("section", { class: "panel", "aria-label": title, hidden: "" }, shadow);
  let frame = null;
  let opener = launcher;

  /* While the chat covers a phone's whole screen the page behind it is out of reach. */
  const cover = (covered) => {
    for (const node of document.body.children) {
      if (node === host) continue;
      if (covered && !node.inert) {
        node.inert = true;
        node.dataset.nutmegInert = "";
      } else if (!covered && "nutmegInert" in node.dataset) {
        node.inert = false;
        delete node.dataset.nutmegInert;
      }
    }
    launcher.inert = covered;
  };

  const open = (address, by) => {
    opener = by;
    if (!frame) {
      const shut = make("button", { type: "button", class: "close", "aria-label": closeWords }, panel);
      shut.textContent = "×";
      shut.addEventListener("click", close);
      frame = make("iframe", { title, src: address || `${origin}/chat` }, panel);
      frame.addEventListener("load", () => frame.contentWindow.postMessage("nutmeg:open", origin));
    } else if (address) frame.src = address;
    else frame.contentWindow.postMessage("nutmeg:open", origin);
    panel.hidden = false;
    launcher.setAttribute("aria-expanded", "true");
    cover(PHONE_SIZE.matches);
    frame.focus();
  };

  const close = () => {
    panel.hidden = true;
    launcher.setAttribute("aria-expanded", "false");
    cover(false);
    opener.focus();
  };

  launcher.addEventListener("click", () => (panel.hidden ? open("", launcher) : close()));
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link.search ? link.href : "", link);
    });
  }
  shadow.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && close());
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.origin === origin && event.data === "nutmeg:close") close();
  });
  PHONE_SIZE.addEventListener("change", () => panel.hidden || cover(PHONE_SIZE.matches));

  if (launchLink) launchLink.remove();
  document.body.append(host);
})();
