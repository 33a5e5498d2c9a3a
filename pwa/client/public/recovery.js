/*
 * If a script or style sheet of the app does not load (most likely an old page after an update), say so kindly and try
 * once more. A file of its own because the Content-Security-Policy allows no inline script; plain old JavaScript because it
 * must run where the app itself does not.
 */
(function () {
  "use strict";
  var KEY = "turbil-recovery";
  // One automatic reload per ten minutes: never a loop.
  var PAUSE_MS = 10 * 60 * 1000;
  var shown = false;

  function mayReload() {
    try {
      var last = Number(sessionStorage.getItem(KEY) || 0);
      if (Date.now() - last < PAUSE_MS) return false;
      sessionStorage.setItem(KEY, String(Date.now()));
      return true;
    } catch (_) {
      return false;
    }
  }

  /* Throws away the kept frame, only when the server can give a new one. What the user saved lies elsewhere and stays. */
  function startOver() {
    fetch("/index.html", { cache: "reload" })
      .then(function (response) {
        if (!response.ok || !("serviceWorker" in navigator)) return;
        return navigator.serviceWorker.getRegistration().then(function (registration) {
          return registration && registration.unregister();
        });
      })
      .catch(function () {})
      .then(function () {
        location.reload();
      });
  }

  function show() {
    var app = document.getElementById("app");
    if (shown || !app) return;
    shown = true;
    var box = document.createElement("main");
    box.setAttribute("role", "alert");
    box.style.cssText = "max-width:28rem;margin:20vh auto 0;padding:24px;font:17px/1.4 system-ui,sans-serif";
    var text = document.createElement("p");
    text.textContent =
      "Turbil kunde inte starta just nu. Det du har sparat finns kvar på telefonen. " +
      "Kontrollera att du har nät och tryck på Försök igen.";
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "Försök igen";
    button.style.cssText =
      "width:100%;min-height:56px;border:0;border-radius:12px;background:#0b5c63;color:#fff;font:600 17px system-ui,sans-serif";
    button.addEventListener("click", startOver);
    box.appendChild(text);
    box.appendChild(button);
    app.replaceChildren(box);
  }

  function recover() {
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", show);
    } else {
      show();
    }
    if (mayReload()) location.reload();
  }

  window.addEventListener(
    "error",
    function (event) {
      var element = event.target;
      var started = document.querySelector("#app > *");
      // Once the app has drawn itself it handles its own faults (a lazy screen that is missing must not cost a form).
      if (started || !element || !/^(SCRIPT|LINK)$/.test(element.tagName || "")) return;
      if ((element.src || element.href || "").indexOf("/assets/") >= 0) recover();
    },
    true
  );
})();
