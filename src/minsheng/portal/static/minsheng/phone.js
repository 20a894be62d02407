/* Visits on the phone, without network.

   Today's round and whatever is filled in lie in IndexedDB, each sealed (AES-GCM) under a key made of the
   visitor's own words (PBKDF2); the key itself is never kept. A visit leaves the phone once it was sent, and
   everything does at the end of the round. Each act carries an idempotency key, so that what is sent twice
   counts once; the server's own rules decide, and a conflict is shown with what was typed. */
(function () {
  "use strict";
  var at = document.getElementById("phone");
  if (!at || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  var lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
  var ROUNDS = 600000, DAY = 24 * 3600 * 1000;
  var key = null, round = null, sending = false;

  function by(id) { return document.getElementById(id); }
  function say(name) {
    var found = document.querySelector("#phone-say [data-say=" + name + "]");
    return found ? found.textContent : name;
  }
  function words(both) { return both ? both[lang] || both.zh : ""; }
  function state(text) { by("phone-state").textContent = text; }
  function make(name, values, children) {
    var made = document.createElement(name);
    Object.keys(values || {}).forEach(function (one) {
      if (one === "text") made.textContent = values[one];
      else if (values[one] === true) made.setAttribute(one, "");
      else if (values[one] !== false && values[one] !== "") made.setAttribute(one, values[one]);
    });
    (children || []).forEach(function (child) { if (child) made.appendChild(child); });
    return made;
  }

  /* ── the store ── */
  var store = new Promise(function (done, failed) {
    var asked = indexedDB.open("minsheng-phone", 1);
    asked.onupgradeneeded = function () {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("queue", { keyPath: "id" });
    };
    asked.onsuccess = function () { done(asked.result); };
    asked.onerror = function () { failed(asked.error); };
  });
  function act(table, mode, what) {
    return store.then(function (db) {
      return new Promise(function (done, failed) {
        var change = db.transaction(table, mode);
        var asked = what(change.objectStore(table));
        change.oncomplete = function () { done(asked && asked.result); };
        change.onerror = change.onabort = function () { failed(change.error); };
      });
    });
  }
  function kept(name) { return act("kept", "readonly", function (t) { return t.get(name); }); }
  function keep(name, value) { return act("kept", "readwrite", function (t) { return t.put(value, name); }); }
  function queued() { return act("queue", "readonly", function (t) { return t.getAll(); }); }
  function clear() {
    return act("kept", "readwrite", function (t) { return t.clear(); })
      .then(function () { return act("queue", "readwrite", function (t) { return t.clear(); }); });
  }

  /* ── the seal ── */
  function keyOf(secret, salt) {
    return crypto.subtle.importKey("raw", new TextEncoder().encode(secret), "PBKDF2", false, ["deriveKey"])
      .then(function (raw) {
        return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: ROUNDS },
          raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      });
  }
  function sealed(value) {
    var iv = crypto.getRandomValues(new Uint8Array(12));
    return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, key, new TextEncoder().encode(JSON.stringify(value)))
      .then(function (bytes) { return { iv: iv, bytes: bytes }; });
  }
  function opened(box) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.bytes)
      .then(function (bytes) { return JSON.parse(new TextDecoder().decode(bytes)); });
  }

  /* ── begin ── */
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(at.dataset.worker, { scope: at.dataset.page }).then(function () {
      return navigator.serviceWorker.ready;
    }).then(function () {
      at.dataset.ready = "yes";
      return fetch(at.dataset.page, { credentials: "same-origin" }).then(function (page) {
        if (page.ok && !page.redirected) {
          return caches.keys().then(function (names) {
            var name = names.filter(function (one) { return one.startsWith("minsheng-phone-"); })[0];
            return name && caches.open(name).then(function (cache) { return cache.put(at.dataset.page, page); });
          });
        }
      });
    }).then(function () { at.dataset.kept = "yes"; }).catch(function () { at.dataset.kept = "no"; });
  }
  Promise.all([kept("salt"), queued()]).then(function (found) {
    var old = found[0] && Date.now() - found[0].at > DAY && !found[1].length;
    return old ? clear().then(function () { return null; }) : found[0];
  }).then(function (salt) {
    by("phone-lock").hidden = false;
    by("phone-open").textContent = say(salt ? "unlock" : "take");
    state(say(salt ? "locked" : navigator.onLine ? "fresh" : "nonet"));
  });

  by("phone-lock").addEventListener("submit", function (event) {
    event.preventDefault();
    var secret = by("phone-words").value;
    if (secret.length < 6) { state(say("short")); return; }
    kept("salt").then(function (salt) {
      return salt ? unlock(secret, salt) : take(secret);
    }).catch(function () { state(say("nonet")); });
  });
  function unlock(secret, salt) {
    return keyOf(secret, salt.bytes).then(function (found) {
      key = found;
      return kept("round").then(opened);
    }).then(function (found) { round = found; show(); refresh(); }, function () {
      key = null;
      state(say("wrongwords"));
    });
  }
  function take(secret) {
    var salt = crypto.getRandomValues(new Uint8Array(16));
    return today().then(function (found) {
      if (!found) return;
      return keyOf(secret, salt).then(function (made) {
        key = made;
        round = found;
        return keep("salt", { bytes: salt, at: Date.now() }).then(keepRound);
      }).then(show);
    });
  }
  function today() {
    return fetch(at.dataset.today, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        if (answer.redirected || !answer.ok) { askToSignIn(); return null; }
        return answer.json();
      });
  }
  /* With network: what has changed since it was taken along; what waits here stays as it is. */
  function refresh() {
    if (!navigator.onLine) return;
    var mine = key;
    send().then(today).then(function (found) {
      if (!found || key !== mine) return;
      round = found;
      return keepRound().then(draw);
    }).catch(function () { if (key === mine) state(say("offline")); });
  }
  /* What arrives after the phone was cleared is dropped: nothing of it is kept. */
  function keepRound() {
    var mine = key;
    return sealed(round).then(function (box) { return key === mine ? keep("round", box) : null; });
  }
  function askToSignIn() {
    state(say("signin"));
    var link = make("a", { href: "/sign-in?next=" + encodeURIComponent(at.dataset.page), text: say("signinlink") });
    by("phone-state").append(" ", link);
  }

  /* ── what is shown ── */
  function show() {
    by("phone-lock").hidden = true;
    by("phone-words").value = "";
    by("phone-end").hidden = false;
    at.dataset.open = "yes";
    state(say(navigator.onLine ? "online" : "offline"));
    draw();
  }
  function draw() {
    return waiting().then(function (rows) {
      drawQueue(rows);
      var busy = {};
      rows.forEach(function (row) { if (row.what.number) busy[row.what.number] = true; });
      drawRound(busy);
      drawVoices();
      at.dataset.waiting = rows.length;
    });
  }
  function waiting() {
    return queued().then(function (rows) {
      rows.sort(function (a, b) { return a.order - b.order; });
      return Promise.all(rows.map(function (row) {
        return opened(row.box).then(function (what) {
          return { id: row.id, order: row.order, what: what, trouble: row.trouble || "", told: row.told || "" };
        });
      }));
    });
  }
  function drawQueue(rows) {
    var list = by("phone-waiting");
    list.replaceChildren();
    by("phone-queue").hidden = !rows.length;
    rows.forEach(function (row) {
      var item = make("li", {}, [make("b", { text: row.what.title })]);
      var tone = row.trouble ? "late" : "soon";
      item.appendChild(make("span", { "class": "tag " + tone, text: say(row.trouble || "saved").replace(/：$|:$/, "") }));
      if (row.trouble) {
        item.appendChild(make("span", { "class": "sub", text: row.told + " " + row.what.summary }));
        var acts = make("span", { "class": "row sub" });
        if (row.trouble === "conflict" && row.what.number) {
          acts.appendChild(button("add", "second", function () { addInstead(row); }));
        }
        if (row.trouble === "mend") acts.appendChild(button("again", "second", function () { takeBack(row); }));
        acts.appendChild(button("drop", "grave", function () { remove(row.id).then(draw); }));
        item.appendChild(acts);
      }
      list.appendChild(item);
    });
  }
  function button(name, kind, done) {
    var made = make("button", { type: "button", "class": "btn small " + kind, text: say(name) });
    made.addEventListener("click", done);
    return made;
  }
  function drawRound(busy) {
    var section = by("phone-round");
    while (section.children.length > 1) section.lastChild.remove();
    section.hidden = false;
    if (!round.visits.length) section.appendChild(make("p", { text: say("nothing") }));
    round.visits.forEach(function (visit) {
      if (busy[visit.number]) return;
      var plan = round.plans[visit.plan];
      var head = make("summary", {}, [
        make("b", { text: words(visit.who) }),
        make("span", { text: " " + [visit.at, visit.where, words(plan.title)].filter(Boolean).join("，") })
      ]);
      var box = make("details", { "class": "data", id: "visit-" + visit.number }, [head, form(visit, plan)]);
      section.appendChild(box);
    });
  }

  /* ── the forms ── */
  var count = 0;
  function form(visit, plan) {
    var made = make("form", { "class": "stack", novalidate: true });
    made.appendChild(make("p", { "class": "dim", text: words(visit.why) + "　" + words(visit.state) }));
    made.appendChild(choices("way", say("way"), plan.ways.map(function (way) {
      return { key: way.key, title: words(way.title), note: way.counts ? "" : say("uncounted") };
    }), true));
    if (plan.agreed) made.appendChild(tick("agreed", words(plan.agreed)));
    plan.fields.forEach(function (one) { made.appendChild(asked(one)); });
    if (plan.findings.length) {
      var found = make("fieldset", { "class": "field" }, [make("legend", { text: say("found") + " " + say("optional") })]);
      plan.findings.forEach(function (one) {
        found.appendChild(tick("finding-" + one.key, words(one.title)));
        found.appendChild(line("words-" + one.key, say("sentence") + "：" + words(one.title), "", false, 300));
      });
      made.appendChild(found);
    }
    var row = make("div", { "class": "row" }, [make("button", { "class": "btn", text: say("keep") })]);
    ["no-show", "refusal"].forEach(function (kind) {
      row.appendChild(button(kind.replace("-", ""), "second", function () {
        put(visit, kind, { words: "" }, words(visit.who) + "：" + say(kind.replace("-", "")), say(kind.replace("-", "")));
      }));
    });
    made.appendChild(row);
    made.addEventListener("submit", function (event) {
      event.preventDefault();
      written(visit, plan, made);
    });
    return made;
  }
  function asked(one) {
    var help = words(one.help);
    if (one.type === "choice") {
      return choices("q-" + one.key, words(one.label), one.options.map(function (o) {
        return { key: o.key, title: words(o.title), note: "" };
      }), one.required, help);
    }
    if (one.type === "boolean") {
      return choices("q-" + one.key, words(one.label), [
        { key: "yes", title: say("yes"), note: "" }, { key: "no", title: say("no"), note: "" }
      ], one.required, help);
    }
    return line("q-" + one.key, words(one.label), help, one.required, one.longest, one.type);
  }
  function choices(name, label, options, required, help) {
    var set = make("fieldset", { "class": "field", "data-name": name, "data-required": required ? "yes" : "" },
      [make("legend", { text: label })]);
    if (help) set.appendChild(make("p", { "class": "help", text: help }));
    options.forEach(function (one) {
      var id = "p" + (++count);
      set.appendChild(make("div", { "class": "choice" }, [
        make("input", { type: "radio", name: name, value: one.key, id: id }),
        make("label", { "for": id, text: one.title + (one.note ? "（" + one.note + "）" : "") })
      ]));
    });
    return set;
  }
  function tick(name, label) {
    var id = "p" + (++count);
    return make("div", { "class": "choice" }, [
      make("input", { type: "checkbox", name: name, value: "yes", id: id }), make("label", { "for": id, text: label })
    ]);
  }
  function line(name, label, help, required, longest, type) {
    var id = "p" + (++count);
    var long = longest > 100;
    return make("div", { "class": "field", "data-name": name, "data-required": required ? "yes" : "" }, [
      make("label", { "for": id, text: label + (required ? "" : " " + say("optional")) }),
      help ? make("p", { "class": "help", text: help }) : null,
      long ? make("textarea", { id: id, name: name, rows: 3, maxlength: longest, autocomplete: "off" })
        : make("input", { id: id, name: name, maxlength: longest || 50, autocomplete: "off",
          inputmode: type === "integer" ? "numeric" : "" })
    ]);
  }
  function marked(made, needed) {
    var wrong = Array.from(made.querySelectorAll("[data-required=yes]")).filter(function (one) {
      if (!needed(one.dataset.name)) return false;
      var name = one.dataset.name;
      var value = made.elements[name] && (made.elements[name].value || "").trim();
      one.classList.toggle("bad", !value);
      return !value;
    });
    if (wrong.length) {
      state(say("missing"));
      var first = wrong[0].querySelector("input, textarea, select");
      if (first) first.focus();
    }
    return wrong.length > 0;
  }
  function written(visit, plan, made) {
    var values = Object.fromEntries(new FormData(made).entries());
    var way = plan.ways.filter(function (one) { return one.key === values.way; })[0];
    var all = !plan.agreed || values.agreed === "yes";
    if (marked(made, function (name) { return name === "way" || (all && way && way.counts); })) return;
    var body = { way: values.way, on: day(), agreed: values.agreed === "yes", answers: {}, findings: {},
      revision: visit.revision };
    var parts = [];
    plan.fields.forEach(function (one) {
      var value = values["q-" + one.key];
      if (value) { body.answers[one.key] = value; parts.push(words(one.label) + "：" + said(one, value)); }
    });
    plan.findings.forEach(function (one) {
      if (values["finding-" + one.key]) {
        body.findings[one.key] = values["words-" + one.key] || "";
        parts.push(words(one.title) + "：" + body.findings[one.key]);
      }
    });
    put(visit, "note", body, words(visit.who), parts.join("；"));
  }
  function said(one, value) {
    var option = one.options.filter(function (o) { return o.key === value; })[0];
    if (option) return words(option.title);
    return one.type === "boolean" ? say(value) : value;
  }
  function day() {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
  }
  function drawVoices() {
    var section = by("phone-voices");
    while (section.children.length > 1) section.lastChild.remove();
    section.hidden = !round.voices;
    if (!round.voices) return;
    var id = "p" + (++count);
    var pick = make("select", { id: id, name: "area" }, [make("option", { value: "", text: say("choose") })].concat(
      round.voices.areas.map(function (one) { return make("option", { value: one.key, text: words(one.title) }); })));
    var made = make("form", { "class": "stack", novalidate: true, id: "voice-form" }, [
      make("div", { "class": "field", "data-name": "area", "data-required": "yes" },
        [make("label", { "for": id, text: say("courtyard") }), pick]),
      choices("finding", say("about"), round.voices.findings.map(function (one) {
        return { key: one.key, title: words(one.title), note: "" };
      }), true),
      line("words", say("said"), "", true, 1000),
      make("button", { "class": "btn second", text: say("note") })
    ]);
    made.addEventListener("submit", function (event) {
      event.preventDefault();
      if (marked(made, function () { return true; })) return;
      var values = Object.fromEntries(new FormData(made).entries());
      values.plan = round.voices.plan;
      put(null, "voices", values, say("said"), values.words);
    });
    section.appendChild(made);
  }

  /* ── what waits, and how it is sent ── */
  function put(visit, kind, body, title, summary) {
    var what = { number: visit ? visit.number : "", kind: kind, body: body, title: title, summary: summary,
      key: "phone-" + crypto.randomUUID() };
    return sealed(what).then(function (box) {
      return act("queue", "readwrite", function (t) {
        return t.put({ id: what.key, order: Date.now(), box: box });
      });
    }).then(draw).then(function () {
      state(say("saved"));
      return navigator.onLine ? send() : null;
    });
  }
  function remove(id) { return act("queue", "readwrite", function (t) { return t.delete(id); }); }
  function csrf() {
    var found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : "";
  }
  function path(what) {
    return what.number ? "/api/v1/visits/" + what.number + "/" + what.kind : "/api/v1/visits/voices";
  }
  function post(what) {
    return fetch(path(what), { method: "POST", credentials: "same-origin", body: JSON.stringify(what.body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "Idempotency-Key": what.key,
        "Accept-Language": lang } });
  }
  /* One after the other; the first that can't go through leaves the rest where it is. */
  function send() {
    if (sending || !key) return Promise.resolve();
    sending = true;
    return waiting().then(function (rows) {
      return rows.filter(function (row) { return !row.trouble; }).reduce(function (before, row) {
        return before.then(function (goesOn) { return goesOn && one(row); });
      }, Promise.resolve(true)).then(function (all) {
        sending = false;
        return key && draw().then(function () {
          return queued().then(function (left) {
            if (all && rows.length && !left.length) state(say("allsent"));
          });
        });
      });
    }).catch(function () { sending = false; state(say("offline")); });
  }
  function one(row) {
    return post(row.what).then(function (answer) {
      if (answer.ok) {
        round.visits = round.visits.filter(function (visit) { return visit.number !== row.what.number; });
        return remove(row.id).then(keepRound).then(function () { return true; });
      }
      if (answer.status === 401 || answer.status === 403) { askToSignIn(); return false; }
      if (answer.status >= 500) { state(say("offline")); return false; }
      return answer.json().catch(function () { return {}; }).then(function (told) {
        return trouble(row, answer.status === 409 || answer.status === 404 ? "conflict" : "mend", told);
      }).then(function () { return true; });
    }, function () { state(say("offline")); return false; });
  }
  function trouble(row, kind, told) {
    var text = told.detail || told.title || "";
    return act("queue", "readwrite", function (t) {
      var asked = t.get(row.id);
      asked.onsuccess = function () {
        if (asked.result) t.put(Object.assign(asked.result, { trouble: kind, told: String(text) }));
      };
    });
  }
  function addInstead(row) {
    var what = { number: row.what.number, kind: "words", title: row.what.title, summary: row.what.summary,
      body: { words: row.what.summary || row.what.title }, key: "phone-" + crypto.randomUUID() };
    return sealed(what).then(function (box) {
      return act("queue", "readwrite", function (t) {
        t.delete(row.id);
        return t.put({ id: what.key, order: row.order, box: box });
      });
    }).then(draw).then(send);
  }
  function takeBack(row) {
    return remove(row.id).then(draw).then(function () {
      var box = by("visit-" + row.what.number);
      if (!box) return;
      box.open = true;
      var made = box.querySelector("form"), body = row.what.body;
      Object.keys(body.answers || {}).forEach(function (name) {
        if (made.elements["q-" + name]) made.elements["q-" + name].value = body.answers[name];
      });
      if (body.way && made.elements.way) made.elements.way.value = body.way;
      if (made.elements.agreed) made.elements.agreed.checked = !!body.agreed;
      Object.keys(body.findings || {}).forEach(function (name) {
        if (!made.elements["finding-" + name]) return;
        made.elements["finding-" + name].checked = true;
        made.elements["words-" + name].value = body.findings[name];
      });
    });
  }

  by("phone-send").hidden = by("phone-clear").hidden = false;
  by("phone-send").addEventListener("click", send);
  by("phone-clear").addEventListener("click", function () {
    queued().then(function (rows) {
      if (rows.length) { state(say("clearask")); return; }
      key = round = null;
      return clear().then(function () {
        by("phone-round").hidden = by("phone-voices").hidden = by("phone-end").hidden = true;
        by("phone-lock").hidden = false;
        by("phone-open").textContent = say("take");
        delete at.dataset.open;
        state(say("cleared"));
      });
    });
  });
  window.addEventListener("online", function () { if (key) { state(say("online")); refresh(); } });
  window.addEventListener("offline", function () { if (key) state(say("offline")); });
})();
