// Joins our buttons to allauth's passkey forms: what each needs stands in its data attributes.
"use strict";
(() => {
  const forms = window.allauth.webauthn.forms;
  const kinds = { loginForm: "login", authenticateForm: "authenticate", addForm: "add" };
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname);

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const { passkey, credential, passwordless, options } = button.dataset;
    if (isNumber || !window.PublicKeyCredential) {
      button.disabled = true;
      const hint = document.querySelector("[data-passkey-name]");
      if (hint && isNumber) {
        hint.hidden = false;
        hint.querySelector("a").href = location.href.replace(location.hostname, "localhost");
      }
      continue;
    }
    forms[passkey]({
      ids: { [kinds[passkey]]: button.id, credential, passwordless },
      data: options ? JSON.parse(options) : undefined,
    });
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const said = document.querySelector("[data-passkey-trouble]");
    if (said) said.hidden = false;
  });
})();
