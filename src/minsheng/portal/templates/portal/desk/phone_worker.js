/* Keeps the page of the phone and its looks for when there is no network. It keeps nothing of anybody:
   the page is empty, and what is personal lies sealed in the browser's own store (see phone.js). */
"use strict";
const KEPT = "minsheng-phone-{{ version }}";
const PAGE = "{{ page }}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (cache) { return cache.addAll(FILES); })
    .then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.startsWith("minsheng-phone-") && name !== KEPT;
    }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  const url = new URL(event.request.url);
  const isPage = event.request.mode === "navigate" && url.pathname === PAGE;
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (!isPage && !FILES.includes(url.pathname)) return;
  const key = isPage ? PAGE : url.pathname;
  event.respondWith(fetch(event.request).then(function (response) {
    /* A sign-in page, an error: shown, never kept. */
    if (response.ok && !response.redirected) {
      const copy = response.clone();
      caches.open(KEPT).then(function (cache) { cache.put(key, copy); });
    }
    return response;
  }).catch(function () {
    return caches.match(key).then(function (found) { return found || Response.error(); });
  }));
});
