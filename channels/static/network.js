/* Speaks with the API, and remembers for this browser tab which conversation it is in. */
"use strict";

const chatNetwork = (connection) => {
  const API = "/chat/api";
  const PATIENCE = 40_000; // milliseconds; the server itself answers sooner
  const memory = {};
  const keep = (name, value) => {
    memory[name] = value;
    try {
      sessionStorage.setItem(`nutmeg.${name}`, value);
    } catch {
      /* storage is switched off: the tab's memory has to do */
    }
  };
  const kept = (name) => {
    try {
      return sessionStorage.getItem(`nutmeg.${name}`) || memory[name] || "";
    } catch {
      return memory[name] || "";
    }
  };

  const state = { token: kept("token") || document.body.dataset.token };
  const setToken = (token) => {
    state.token = token;
    keep("token", token);
  };

  /* The answer's JSON with its status. Rejects when there is no connection. */
  const call = async (method, path, body) => {
    const answer = await fetch(API + path, {
      method,
      headers: {
        ...(body ? { "Content-Type": "application/json" } : {}),
        ...(state.token ? { Authorization: `Bearer ${state.token}` } : {}),
        "Accept-Language": document.documentElement.lang,
      },
      body: body && JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout && AbortSignal.timeout(PATIENCE),
    });
    connection("");
    const found = answer.status === 204 ? {} : await answer.json();
    return { status: answer.status, ...found };
  };

  /* Opens a page of ours that must know which conversation it is for, in a new tab. The token goes in the form: an
     address would stay in the history, and a tab of its own has no share in this one's memory. */
  const openWithToken = (address) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: address, target: "_blank", rel: "noopener", hidden: true });
    const field = Object.assign(document.createElement("input"), { name: "conversation", value: state.token });
    form.append(field);
    document.body.append(form);
    form.submit();
    form.remove();
  };

  const words = async (code) => {
    const answer = await fetch(`${API}/words/${code}`);
    return answer.ok ? answer.json() : null;
  };

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };

  return { keep, kept, setToken, token: () => state.token, call, openWithToken, words, newId };
};
