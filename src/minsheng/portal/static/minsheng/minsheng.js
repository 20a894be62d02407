/* Small comforts. Every page works without them. */
(function () {
  "use strict";

  /* A second click must not send a form twice; the server refuses it too. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || (form.method || "get").toLowerCase() !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    setTimeout(function () { delete form.dataset.sent; form.removeAttribute("aria-busy"); }, 20000);
  });

  /* Coming back with the browser's own button: the form may be sent again. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  /* Reads the page from the top; a second press stops. */
  function readOrStop() {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      return;
    }
    document.querySelectorAll("main :is(h1, h2, h3, p, li)").forEach(function (part) {
      if (!part.offsetParent || part.querySelector("p, li")) return;
      var said = new SpeechSynthesisUtterance(part.innerText);
      said.lang = (part.closest("[lang]") || document.documentElement).lang;
      said.rate = 0.9;
      speechSynthesis.speak(said);
    });
  }

  function ready() {
    var errors = document.querySelector(".errors");
    if (errors) errors.focus();
    if (window.speechSynthesis) {
      document.querySelectorAll("[data-read]").forEach(function (button) {
        button.hidden = false;
        button.addEventListener("click", readOrStop);
      });
    }
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  }

  /* A closed table is open on paper. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.data").forEach(function (part) { part.open = true; });
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
