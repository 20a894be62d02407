/* Sends each answer as it is given, and what didn't arrive again. The button sends everything anyway. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-keep]");
  if (!form) return;
  var told = document.getElementById("kept"), waiting = {}, busy = false;

  function token() { return form.elements.csrfmiddlewaretoken.value; }

  function say(words) { told.textContent = words; }

  /* One at a time, so that the later of two answers arrives last. */
  function send() {
    var names = Object.keys(waiting);
    if (busy || !names.length) return;
    var name = names[0], value = waiting[name], body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    body.append("act", "keep");
    body.append(name, value);
    busy = true;
    fetch(form.action || location.href, { method: "POST", body: body, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status >= 500 || answer.redirected) throw new Error("not kept");
        return answer.json();
      })
      .then(function (answer) {
        if (waiting[name] === value) delete waiting[name];
        say(answer.kept ? told.dataset.kept : answer.said);
        busy = false;
        send();
      })
      .catch(function () {
        busy = false;
        say(told.dataset.waiting);
      });
  }

  form.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.name || field.type === "hidden") return;
    waiting[field.name] = field.value;
    send();
  });
  form.addEventListener("submit", function () { waiting = {}; });
  window.addEventListener("online", send);
  setInterval(send, 5000);
  window.addEventListener("beforeunload", function (event) {
    if (Object.keys(waiting).length) event.preventDefault();
  });
})();
