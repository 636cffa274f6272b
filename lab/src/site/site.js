// Makes figures live: what a place stands for is told to the pointer and to the keyboard, and a picture can be drawn nearer.
// Without this script every picture is there, and a browser tells the places' titles by itself.
"use strict";

const MOST = 16;
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
tip.ariaHidden = "true"; // who hears the page hears the place's own label

function tell(place, pointer = place.getBoundingClientRect().x + place.getBoundingClientRect().width / 2) {
  tip.textContent = place.ariaLabel;
  tip.hidden = false;
  const box = place.getBoundingClientRect();
  const left = Math.max(8, Math.min(pointer - tip.offsetWidth / 2, document.body.clientWidth - tip.offsetWidth - 8));
  const above = box.y - tip.offsetHeight - 8;
  tip.style.translate = `${left}px ${above > 0 ? above : box.bottom + 8}px`;
}

function live(picture) {
  const drawing = picture.firstElementChild;
  const places = [...picture.querySelectorAll(".told")];
  let scale = 1;
  let width = 0; // of the drawing when it is not drawn nearer

  // Draws nearer or farther, so that what is at x and y of the picture stays there.
  function zoom(to, x = picture.clientWidth / 2, y = picture.clientHeight / 2) {
    to = Math.max(1, Math.min(to, MOST));
    if (scale === 1) {
      width = drawing.clientWidth || drawing.getBoundingClientRect().width;
      picture.style.height = `${picture.offsetHeight}px`;
    }
    const [across, down] = [picture.scrollLeft + x, picture.scrollTop + y];
    drawing.style.width = to === 1 ? "" : `${width * to}px`;
    picture.classList.toggle("near", to > 1);
    if (to === 1) picture.style.height = "";
    picture.scrollLeft = (across * to) / scale - x;
    picture.scrollTop = (down * to) / scale - y;
    scale = to;
    tip.hidden = true;
  }

  const tools = document.createElement("div");
  tools.className = "tools";
  for (const [sign, name, step] of [["+", "Zoom in", 2], ["−", "Zoom out", 0.5]]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: sign, title: name, ariaLabel: name });
    button.addEventListener("click", () => zoom(scale * step));
    tools.append(button);
  }
  picture.after(tools);

  if (places.length === 0) picture.tabIndex = 0;
  else drawing.setAttribute("role", "group");
  places.forEach((place, index) => {
    const title = place.firstElementChild;
    place.setAttribute("aria-label", title.textContent);
    place.setAttribute("role", "img");
    place.setAttribute("tabindex", index === 0 ? 0 : -1); // one stop for Tab, arrows within
    title.remove();
  });
  const of = (event) => event.target.closest?.(".told");
  picture.addEventListener("pointermove", (event) => of(event) && tell(of(event), event.clientX));
  picture.addEventListener("pointerout", () => (tip.hidden = true));
  picture.addEventListener("focusin", (event) => of(event) && tell(of(event)));
  picture.addEventListener("focusout", () => (tip.hidden = true));
  picture.addEventListener("scroll", () => (tip.hidden = true));

  picture.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = places.indexOf(document.activeElement);
    const last = places.length - 1;
    const [next, before] = [Math.min(at + 1, last), Math.max(at - 1, 0)];
    const to = { ArrowRight: next, ArrowDown: next, ArrowLeft: before, ArrowUp: before, Home: 0, End: last }[event.key];
    const nearer = { "+": scale * 2, "=": scale * 2, "-": scale / 2, 0: 1 }[event.key];
    if (at >= 0 && to !== undefined) {
      places[at].setAttribute("tabindex", -1);
      places[to].setAttribute("tabindex", 0);
      places[to].focus();
      places[to].scrollIntoView({ block: "nearest", inline: "nearest" });
      setTimeout(tell, 50, places[to]); // a picture that had to move hid it
    } else if (nearer !== undefined) zoom(nearer);
    else if (event.key === "Escape") tip.hidden = true;
    else return;
    event.preventDefault();
  });

  const within = (event) => {
    const box = picture.getBoundingClientRect();
    return [event.clientX - box.x, event.clientY - box.y];
  };
  picture.addEventListener("dblclick", (event) => zoom(scale * 2, ...within(event)));
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls, and a pinched touchpad says Ctrl
    event.preventDefault();
    zoom(scale * Math.exp(-event.deltaY / 150), ...within(event));
  }, { passive: false });
  picture.addEventListener("pointermove", (event) => {
    // A finger moves what scrolls by itself.
    if (event.buttons === 1 && event.pointerType === "mouse") picture.scrollBy(-event.movementX, -event.movementY);
  });
  let pinch; // how far apart two fingers were, and the scale then
  const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  picture.addEventListener("touchstart", (event) => {
    if (event.touches.length === 2) pinch = [apart(event.touches), scale];
  }, { passive: true });
  picture.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const [a, b] = [...event.touches].map(within);
    zoom((pinch[1] * apart(event.touches)) / pinch[0], (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  }, { passive: false });
}

document.addEventListener("DOMContentLoaded", () => {
  document.body.append(tip);
  document.querySelectorAll(".picture").forEach(live);
  // What the theme leaves unsaid to who hears the page.
  document.querySelectorAll(".caption[role=heading]").forEach((part) => part.setAttribute("aria-level", 2));
  document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "The course");
  // What scrolls has to be reached without a mouse.
  for (const box of document.querySelectorAll("pre, .table-wrapper, .shown")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
});
