"use strict";
// Sends the browser back twice: in another tab, or where that is not allowed by a second try right after the first.
(() => {
  const address = document.getElementById("back").href;
  if (!window.open(address, "_blank")) setTimeout(() => location.assign(address), 40);
  location.assign(address);
})();
