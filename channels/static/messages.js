/* Builds the messages of the transcript from the API's JSON. Whatever people or systems wrote is only ever set as
   text, never as markup. The page's template makes the same elements for readers without JavaScript. */
"use strict";

const chatMessages = (page) => {
  const SAFE = /^(https?:\/\/|tel:|mailto:|sms:)/i;
  const PHONE = /(^|[^\d-])((?:1-)?(?:\(\d{3}\)\s|\d{3}-)\d{3}-\d{4})(?![\d-])/g;
  const SPEAKERS = { assistant: "assistant_said", resident: "you_said", agent: "agent_said" };

  const word = (key, values = {}) => {
    const known = { state: page.state, ...values };
    const isolated = (value) => (document.documentElement.dir === "rtl" ? `\u2068${value}\u2069` : value);
    return (page.words[key] || "").replace(/\{(\w+)\}/g, (whole, name) => (name in known ? isolated(known[name]) : whole));
  };

  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  /* An element whose words follow the page's language. */
  const labelled = (tag, key, attributes = {}) => el(tag, { ...attributes, "data-word": key }, word(key));

  const partsOf = (locale, options, moment) => new Intl.DateTimeFormat(locale, options).formatToParts(new Date(moment));

  /* A date; months have their own names where browsers know none. */
  const format = (options, moment) => {
    const [number] = partsOf("en-US", { month: "numeric", timeZone: options.timeZone }, moment);
    const own = page.months[Number(number.value) - 1];
    const parts = partsOf(page.locale, options, moment);
    return parts.map((part) => (part.type === "month" && own ? own : part.value)).join("");
  };

  const pieces = (line) => {
    const found = [];
    let end = 0;
    for (const match of line.matchAll(PHONE)) {
      const start = match.index + match[1].length;
      if (start > end) found.push(line.slice(end, start));
      const digits = match[2].replace(/\D/g, "").slice(-10);
      found.push(el("a", { href: `tel:+1${digits}` }, el("bdi", {}, match[2])));
      end = start + match[2].length;
    }
    found.push(line.slice(end));
    return found;
  };

  const paragraphs = (text) => {
    const found = [];
    for (const part of text.trim().split(/\n\s*\n/)) {
      let block = null;
      for (const line of part.split("\n")) {
        const item = /^\s*- /.test(line);
        const tag = item ? "UL" : "P";
        if (!block || block.tagName !== tag) found.push((block = el(tag)));
        else if (!item) block.append(el("br"));
        if (item) block.append(el("li", {}, ...pieces(line.replace(/^\s*- /, ""))));
        else block.append(...pieces(line));
      }
    }
    return found;
  };

  const link = ({ title, url }) =>
    el(
      "a",
      { href: url, target: "_blank", rel: "noopener noreferrer" },
      el("bdi", {}, title),
      labelled("span", "new_tab", { class: "sr" }),
    );

  const links = (message) => {
    const safe = message.links.filter((one) => SAFE.test(one.url));
    return safe.length
      ? el("ul", { class: "links", lang: message.lang, dir: message.dir }, ...safe.map((one) => el("li", {}, link(one))))
      : null;
  };

  const checkedOn = (day) =>
    word("checked", { date: format({ year: "numeric", month: "short", timeZone: "UTC" }, day) });

  const sources = (message) =>
    message.sources
      .filter((one) => SAFE.test(one.url))
      .map((one) => {
        const checked = one.verified_on
          ? el("span", { "data-checked": one.verified_on }, checkedOn(one.verified_on))
          : null;
        return el("p", { class: "source" }, labelled("span", "source"), " ", link(one), " ", checked);
      });

  const note = (message) => {
    if (!message.note && !message.english) return null;
    const inEnglish = message.english
      ? el(
          "details",
          {},
          labelled("summary", "show_english"),
          el("div", { lang: "en", dir: "ltr" }, ...paragraphs(message.english)),
        )
      : null;
    const lang = message.translation ? message.lang : document.documentElement.lang;
    return el("div", { class: "note" }, message.note ? el("p", { lang, dir: "auto" }, message.note) : null, inEnglish);
  };

  const choices = (message) =>
    message.choices.length
      ? el(
          "ul",
          { class: "choices", lang: message.lang, dir: message.dir },
          ...message.choices.map((one) =>
            el("li", {}, el("button", { form: "composer", name: "choice", value: one.payload }, one.title)),
          ),
        )
      : null;

  const feedback = (seq) => {
    const id = `rate-${seq}`;
    const button = (key, value) =>
      labelled("button", key, { form: "composer", name: "feedback", value, "aria-describedby": id });
    return el(
      "div",
      { class: "feedback", id: `rated-${seq}` },
      labelled("p", "feedback_question", { id }),
      el("span", { class: "pair" }, button("feedback_yes", `${seq}.yes`), button("feedback_no", `${seq}.no`)),
    );
  };

  const comment = (seq) =>
    el(
      "form",
      { class: "comment", "data-seq": seq },
      labelled("label", "feedback_comment", { for: `comment-${seq}` }),
      el("textarea", { id: `comment-${seq}`, name: "comment", rows: "2", "aria-describedby": `privacy-${seq}` }),
      labelled("p", "feedback_privacy", { class: "hint", id: `privacy-${seq}` }),
      labelled("button", "feedback_send", {}),
    );

  /* In the state's own time, whatever the reader's is. Its zone is named as signs and letters here name it ("EST"):
     browsers have that name in English only, and "GMT-5" else. */
  const writtenAt = (moment) => {
    const timeZone = page.zone;
    const zone = partsOf("en-US", { timeZone, timeZoneName: "short" }, moment).find(({ type }) => type === "timeZoneName");
    const options = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
    return `${format({ ...options, timeZone }, moment)} ${zone.value}`;
  };

  /* One message as a list item. */
  const item = (message) =>
    el(
      "li",
      { class: `message ${message.from}`, "data-seq": message.seq, "data-id": message.id, id: message.seq && `m${message.seq}` },
      labelled("h3", SPEAKERS[message.from] || "assistant_said", { class: "sr" }),
      el(
        "div",
        { class: "bubble" },
        el("div", { class: "text", lang: message.lang, dir: message.dir }, ...paragraphs(message.text)),
        links(message),
        ...sources(message),
        note(message),
      ),
      el("time", { datetime: message.at }, writtenAt(message.at)),
      choices(message),
    );

  /* Says everything that was said in the page's words once more, in its new language. */
  const relabel = () => {
    for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
    for (const node of document.querySelectorAll("[data-checked]")) node.textContent = checkedOn(node.dataset.checked);
    for (const node of document.querySelectorAll("time")) node.textContent = writtenAt(node.dateTime);
    for (const node of document.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", word(node.dataset.label));
    }
  };

  return { word, el, labelled, item, feedback, comment, relabel };
};
