"use strict";
// Sends the browser back twice: once in another tab, once here. Where no tab may be opened unasked, a click does both.
(() => {
  const link = document.getElementById("back");
  const openAnother = () => window.open(link.href, "_blank");
  if (openAnother()) location.assign(link.href);
  else link.addEventListener("click", openAnother);
})();
