/* A panel as the text of a picture: every element with the styles it has on screen, so that nothing outside is needed.
   The map's canvas becomes an image; what only invites a click is left out. For 81-picture.js. */
(function () {
  "use strict";
  const LEFT_OUT = ".take, .map-tools, .map-said, .map-tip, .deck-tooltip, .segments, button.quiet, script";
  const STILL = new Set(["animation", "transition", "cursor", "pointer-events"]);
  const drawings = new Map();

  /* The map of a box as [what stands for it in the panel, its picture]: drawn at `k` times the pixels of the page and read
     in the very moment it was drawn; without WebGL the server's picture, which has any size. */
  async function drawn(box, k) {
    const still = box.querySelector("img.still");
    if (still) return { canvas: still, address: await drawingOf(still.src) };
    const map = [...window.gridlinkMaps.maps.values()].find(({ element }) => element === box);
    const canvas = map.canvas.querySelector("canvas"), before = map.deck.props.useDevicePixels;
    const settled = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    map.deck.setProps({ useDevicePixels: k });
    for (let tries = 0; tries < 40 && Math.abs(canvas.width - canvas.clientWidth * k) > 2; tries++) await settled();
    await settled();
    map.deck.redraw("picture");
    const address = canvas.toDataURL("image/png");
    map.deck.setProps({ useDevicePixels: before });
    return { canvas, address };
  }

  async function copied(panel, drawing) {
    const copy = await twin(panel, drawing);
    copy.style.margin = "0";
    copy.style.position = "static";
    return new XMLSerializer().serializeToString(copy);
  }

  async function twin(element, drawing) {
    if (element === drawing.canvas) return picture(element, drawing.address);
    const made = element.cloneNode(false);
    ["id", "class", "data-fault"].forEach((name) => made.removeAttribute(name));
    await dress(made, getComputedStyle(element));
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) made.append(child.cloneNode());
      else if (child.nodeType === Node.ELEMENT_NODE && !child.matches(LEFT_OUT) && getComputedStyle(child).display !== "none") made.append(await twin(child, drawing));
    }
    return made;
  }

  function picture(canvas, address) {
    const made = document.createElement("img"), style = getComputedStyle(canvas);
    made.src = address;
    Object.assign(made.style, { position: "absolute", left: "0", top: "0", width: style.width, height: style.height });
    return made;
  }

  async function dress(made, style) {
    if (!made.style) return;
    for (const name of style) if (!STILL.has(name.split("-")[0])) made.style.setProperty(name, style.getPropertyValue(name));
    const mask = style.getPropertyValue("mask-image"), found = mask.match(/url\("(https?:[^"]+)"\)/);
    if (found) made.style.setProperty("mask-image", mask.replace(found[1], await drawingOf(found[1])));
  }

  /* An icon's drawing as part of the picture itself; fetched once. */
  function drawingOf(address) {
    if (!drawings.has(address)) {
      drawings.set(address, fetch(address).then((answer) => answer.text()).then((text) => `data:image/svg+xml,${encodeURIComponent(text)}`));
    }
    return drawings.get(address);
  }

  window.gridlinkCanvas = { drawn };
  window.gridlinkCopy = { copied };
})();
